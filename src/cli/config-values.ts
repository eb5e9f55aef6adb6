import { configFormats } from '../config-formats.ts';
import type { SchemaNode } from './config-sections.ts';

/** What a setting may be, in words of Markdown: `integer (seconds), 1 to 9`, `` `a` or `b` ``. */
export function valuesInWords(schema: SchemaNode, unit?: string): string {
  const choices = choicesOf(schema);
  if (choices !== undefined) return oneOf(choices.map(code));
  if (schema.anyOf !== undefined) return oneOf(schema.anyOf.map((one) => valuesInWords(one, unit)));
  switch (schema.type) {
    case 'boolean':
      return '`true` or `false`';
    case 'integer':
    case 'number':
      return [`${schema.type}${unit === undefined ? '' : ` (${unit})`}`, ...range(schema, unit)].join(', ');
    case 'array':
      return [['list', ...length(schema)].join(', '), each(schema.items, unit)].join('; ');
    case 'object':
      return mapping(schema);
    case 'string':
      return text(schema, unit);
    default:
      return 'YAML';
  }
}

/** What a number counts, and whether a text is a path: what the schema says, or else the name of the setting. */
export function unitOf(name: string, schema: SchemaNode): string | undefined {
  return schema.unit ?? unitsInNames.find(([ending]) => ending.test(name))?.[1];
}

const unitsInNames: readonly (readonly [RegExp, string])[] = [
  [/(^f|F)iles?$/, 'path of a file'],
  [/(^f|F)older$/, 'path of a folder'],
  [/(^s|S)econds$/, 'seconds'],
  [/Ms$/, 'milliseconds'],
  [/Mm$/, 'millimetres'],
  [/Years$/, 'years'],
  [/Litres$/, 'litres'],
  [/(^b|B)ytes(Per[A-Z]\w*)?$/, 'bytes'],
];

/** A value as it is written in YAML, in code style; of many bytes also how many that are. */
export function valueAsCode(value: unknown, unit?: string): string {
  const written = typeof value === 'string' ? value : JSON.stringify(value);
  const size = typeof value === 'number' ? inBinaryUnits(value, unit) : undefined;
  return size === undefined ? code(written) : `${code(written)} (${size})`;
}

function inBinaryUnits(bytes: number, unit: string | undefined): string | undefined {
  if (unit !== 'bytes') return undefined;
  const units = [
    ['GiB', 2 ** 30],
    ['MiB', 2 ** 20],
    ['KiB', 2 ** 10],
  ] as const;
  const fit = units.find(([, size]) => bytes >= size && bytes % size === 0);
  return fit && `${bytes / fit[1]} ${fit[0]}`;
}

export function code(text: string): string {
  return `\`${text === '' ? '""' : text}\``;
}

function choicesOf({ anyOf, enum: values, const: only }: SchemaNode): string[] | undefined {
  if (only !== undefined) return [String(only)];
  if (values !== undefined) return values.map(String);
  return anyOf?.every((one) => one.const !== undefined) ? anyOf.map((one) => String(one.const)) : undefined;
}

function range(schema: SchemaNode, unit: string | undefined): string[] {
  const { minimum, exclusiveMinimum, exclusiveMaximum } = schema;
  const maximum = schema.maximum && (inBinaryUnits(schema.maximum, unit) ?? schema.maximum);
  if (minimum !== undefined && maximum !== undefined) return [`${minimum} to ${maximum}`];
  return [
    ...(minimum === undefined ? [] : [`${minimum} or more`]),
    ...(exclusiveMinimum === undefined ? [] : [`more than ${exclusiveMinimum}`]),
    ...(maximum === undefined ? [] : [`${maximum} at most`]),
    ...(exclusiveMaximum === undefined ? [] : [`less than ${exclusiveMaximum}`]),
  ];
}

function length({ minItems = 0, maxItems }: SchemaNode): string[] {
  if (maxItems !== undefined) return [`${minItems} to ${maxItems} entries`];
  return minItems > 0 ? [`${minItems} or more entries`] : [];
}

function each(items: SchemaNode | undefined, unit: string | undefined): string {
  if (items === undefined) return 'each entry: YAML';
  return items.properties === undefined
    ? `each entry: ${valuesInWords(items, unit)}`
    : 'its entries see below';
}

function mapping({ patternProperties, propertyNames }: SchemaNode): string {
  const value = Object.values(patternProperties ?? {})[0];
  if (value === undefined) return 'mapping';
  const names = propertyNames?.format === undefined ? 'text' : expected(propertyNames.format);
  return `mapping; each key: ${names}; each value: ${valuesInWords(value)}`;
}

function text({ format, pattern }: SchemaNode, unit = 'text'): string {
  if (format !== undefined) return expected(format);
  return pattern === undefined ? unit : `${unit} that matches ${code(pattern)}`;
}

function expected(format: string): string {
  return configFormats[format]?.expected ?? `text of the format ${format}`;
}

function oneOf(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}
