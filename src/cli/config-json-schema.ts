/** Rules of config.ts that standard keywords can tell. */
type Own = 'atMostOneOf' | 'needs';
type Json = Readonly<Record<string, unknown>>;

/**
 * The schema of the configuration for an editor: draft 7, which all of them know, with standard keywords and
 * formats only. Sections and settings that have a default may be left out.
 */
export function configJsonSchema(schema: object): object {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Configuration of Lobar',
    ...standard(schema as Json),
  };
}

function standard(schema: Json): Json {
  const entries = Object.entries(schema).flatMap(([keyword, value]): [string, unknown][] => {
    if (keyword in own) return own[keyword as Own](value);
    switch (keyword) {
      case 'required':
        return needed(value as string[], schema['properties'] as Record<string, Json>);
      case 'format':
        return formats[value as string] ?? [];
      case 'description':
        return [[keyword, withUnit(value as string, schema['unit'])]];
      case 'properties':
      case 'patternProperties':
        return [[keyword, eachOf(value as Record<string, Json>)]];
      case 'items':
      case 'propertyNames':
        return [[keyword, standard(value as Json)]];
      case 'anyOf':
        return [choices(value as Json[])];
      default:
        return taken.has(keyword) ? [[keyword, value]] : [];
    }
  });
  return Object.fromEntries(entries);
}

const own: Readonly<Record<Own, (value: unknown) => [string, unknown][]>> = {
  atMostOneOf: (names) => [['not', { anyOf: pairs(names as string[]).map((required) => ({ required })) }]],
  needs: (need) => {
    const { when, is, setting } = need as { when: string; is: string; setting: string };
    return [
      ['if', { required: [when], properties: { [when]: { const: is } } }],
      ['then', { required: [setting] }],
    ];
  },
};

/** Standard keywords that stay as they are; any other is left out. */
const taken = new Set(
  (
    'type const enum default examples minimum maximum exclusiveMinimum exclusiveMaximum minLength maxLength ' +
    'pattern minItems maxItems uniqueItems minProperties maxProperties additionalProperties dependencies'
  ).split(' '),
);

/** The formats of config-formats.ts as far as a pattern can tell them. */
const formats: Readonly<Record<string, [string, unknown][]>> = {
  'http-url': [['pattern', '^https?://[^?#@]+$']],
  'proxy-url': [['pattern', '^https?://[^/?#]+/?$']],
};

/** With a default a setting is never missing; an editor would ask for it all the same. */
function needed(names: readonly string[], properties: Readonly<Record<string, Json>>): [string, unknown][] {
  const left = names.filter((name) => properties[name]?.['default'] === undefined);
  return left.length === 0 ? [] : [['required', left]];
}

function withUnit(description: string, unit: unknown): string {
  return unit === undefined ? description : `${description}, in ${unit}`;
}

/** Editors offer the values of an enum; of an anyOf of constants not all do. */
function choices(each: readonly Json[]): [string, unknown] {
  return each.every((one) => 'const' in one)
    ? ['enum', each.map((one) => one['const'])]
    : ['anyOf', each.map(standard)];
}

function eachOf(schemas: Readonly<Record<string, Json>>): Json {
  return Object.fromEntries(Object.entries(schemas).map(([name, one]) => [name, standard(one)]));
}

function pairs(names: readonly string[]): [string, string][] {
  return names.flatMap((one, at) => names.slice(at + 1).map((other): [string, string] => [one, other]));
}
