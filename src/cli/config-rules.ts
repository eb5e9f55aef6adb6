import type { SchemaNode } from './config-sections.ts';
import { code } from './config-values.ts';

/** The rules between the settings of one section, a sentence each. */
export function rulesInWords(schema: SchemaNode): string[] {
  return Object.entries(schema).flatMap(([keyword, rule]) => {
    if (keyword in sentences) return sentences[keyword]?.(rule) ?? [];
    return known.has(keyword) ? [] : [`Rule ${code(keyword)}: ${code(JSON.stringify(rule))}.`];
  });
}

/** Each keyword of config.ts, and those of JSON Schema that speak of more than one setting. */
const sentences: Readonly<Record<string, (rule: unknown) => string[]>> = {
  atMostOneOf: (rule) => [`At most one of ${list(rule as string[])}.`],
  needs: (rule) => {
    const { when, is, setting } = rule as { when: string; is: string; setting: string };
    return [`${code(`${when}: ${is}`)} needs ${code(setting)}.`];
  },
  dependencies: (rule) => together(rule as Record<string, string[]>),
  dependentRequired: (rule) => together(rule as Record<string, string[]>),
};

/** What is told elsewhere, or says nothing by itself. */
const known = new Set(
  'type description default examples properties required additionalProperties patternProperties'.split(' '),
);

function together(needed: Readonly<Record<string, readonly string[]>>): string[] {
  const sayings = Object.entries(needed).map(([name, others]) => {
    const mutual = others.length === 1 && needed[others[0] ?? '']?.includes(name) === true;
    const both = [name, ...others].sort();
    return mutual ? `${list(both)} stand together or not at all.` : `${code(name)} needs ${list(others)}.`;
  });
  return [...new Set(sayings)];
}

function list(names: readonly string[]): string {
  const last = names.slice(-1).map(code).join('');
  return names.length < 2 ? last : `${names.slice(0, -1).map(code).join(', ')} and ${last}`;
}
