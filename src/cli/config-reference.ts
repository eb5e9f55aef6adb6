import { variableName } from '../config-environment.ts';
import { rulesInWords } from './config-rules.ts';
import { pathInWords, type SchemaNode, type Section, type Setting, sectionsOf } from './config-sections.ts';
import { code, unitOf, valueAsCode, valuesInWords } from './config-values.ts';

/**
 * Every setting of the configuration as Markdown, from its schema alone.
 *
 * @param schema - a closed object; its sections are closed objects, maps or lists of such
 */
export function configReference(schema: object): string {
  const [top, ...sections] = sectionsOf(schema as SchemaNode);
  // The contents point to the outer ones, also where those have nothing but sections.
  const told = sections.filter(({ path, settings, schema }) => {
    return depthOf(path) === 1 || settings.length + rulesInWords(schema).length > 0;
  });
  return `${[
    introduction,
    ...contents(sections),
    ...(top === undefined || top.settings.length === 0 ? [] : ['## At the top', '', ...body(top)]),
    ...told.flatMap((one) => [...heading(one), ...body(one)]),
  ]
    .join('\n')
    .trimEnd()}\n`;
}

const introduction = `# Configuration

<!-- Written by npm run config:reference from src/config-schema.ts. Do not edit. -->

Settings stand in one YAML or JSON file, and all but those marked **required** may be left out. A \`LOBAR_*\` variable
overrules the file; what is no text is written in it as YAML: \`LOBAR_HTTP_PORT=8081\`,
\`LOBAR_PACS_MAIN_HEADERS='{ X-Site: north }'\`. \`<name>\` is a name that you choose (a-z, 0-9 and -), in a variable in
capitals with _ for -: of a PACS \`night-shift\` the address is \`pacs.night-shift.url\` or \`LOBAR_PACS_NIGHT_SHIFT_URL\`.
A key or variable that is not known is refused.

- \`lobar config check <file>\` tells every mistake at once, or prints the configuration with its defaults.
- [lobar.example.yaml](lobar.example.yaml) is a file to begin with.
- [lobar.schema.json](lobar.schema.json) lets an editor complete and check it (\`lobar config schema\` prints it).
- [CONNECTING.md](CONNECTING.md) and [EHR.md](EHR.md) say how the settings of endpoints work together.
`;

function contents(sections: readonly Section[]): string[] {
  const outer = sections.filter(({ path }) => depthOf(path) === 1);
  return [...outer.map((one) => `- [${title(one)}](#${anchor(title(one))}): ${one.description}`), ''];
}

function heading(section: Section): string[] {
  return [`${depthOf(section.path) === 1 ? '##' : '###'} ${title(section)}`, ''];
}

/** How deep a section lies; the name of an endpoint or the entry of a list is no depth of its own. */
function depthOf(path: readonly string[]): number {
  return path.filter((step) => step !== '*' && step !== '[]').length;
}

function title({ path }: Section): string {
  return code(pathInWords(path));
}

/** As GitHub makes it of a heading. */
function anchor(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9 _-]/g, '')
    .replaceAll(' ', '-');
}

function body({ path, schema, description, optional, settings }: Section): string[] {
  const rules = rulesInWords(schema);
  const intro = [
    sentence(description),
    ...(optional ? ['Optional: what is **required** here is so where you write this section.'] : []),
    ...(path.includes('[]') ? ['An entry of a list; a variable holds the whole list, as YAML.'] : []),
    ...rules,
  ];
  const rows = settings.map(row);
  return [intro.join(' '), '', ...(rows.length === 0 ? [] : [...tableHead, ...rows, ''])];
}

const tableHead = ['| setting, variable | value | default | what it is for |', '|---|---|---|---|'];

function row(setting: Setting): string {
  const { path, schema } = setting;
  const unit = unitOf(path.at(-1) ?? '', schema);
  const examples = (schema.examples ?? []).map((one) => ` Example: ${valueAsCode(one)}.`);
  const cells = [
    [code(pathInWords(path)), ...(path.includes('[]') ? [] : [code(variableName(path))])].join('<br>'),
    valuesInWords(schema, unit),
    defaultInWords(setting, unit),
    sentence(schema.description ?? '') + examples.join(''),
  ];
  return `| ${cells.map(cell).join(' | ')} |`;
}

function defaultInWords({ schema, required }: Setting, unit: string | undefined): string {
  if (schema.default !== undefined) return valueAsCode(schema.default, unit);
  return required ? '**required**' : 'none';
}

function sentence(text: string): string {
  return text === '' || /[.!?]$/.test(text) ? text : `${text}.`;
}

/** A bar would end the cell, also within code. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
