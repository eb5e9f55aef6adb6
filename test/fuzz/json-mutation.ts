import fc from 'fast-check';
import type { Bytes } from './edit-bytes.ts';

/** One thing done to a list of datasets in DICOM JSON (PS3.18 F). */
export type JsonMutation =
  | { readonly kind: 'value' | 'element'; readonly tag: string; readonly json: string }
  | { readonly kind: 'key'; readonly tag: string; readonly key: string }
  | { readonly kind: 'remove'; readonly tag: string }
  | { readonly kind: 'deep'; readonly tag: string; readonly depth: number; readonly object: boolean }
  | { readonly kind: 'wide'; readonly tag: string; readonly count: number; readonly json: string }
  | { readonly kind: 'copies'; readonly count: number }
  | { readonly kind: 'flip'; readonly at: number; readonly mask: number }
  | { readonly kind: 'truncate'; readonly at: number }
  | { readonly kind: 'insert'; readonly at: number; readonly text: string };

/** Characters; over the limits.jsonBytes of fuzz-config.ts. */
const largestAnswer = 8 * 2 ** 20;

/** SOP class and instance, modality, study, series, image geometry, frames, functional groups, character set. */
const tags = [
  '00080016',
  '00080018',
  '00080060',
  '0020000D',
  '0020000E',
  '00200032',
  '00200037',
  '00280030',
].concat([
  '00280010',
  '00280011',
  '00280008',
  '00280103',
  '00281053',
  '00281052',
  '00180050',
  '00080008',
  '00101010',
  '00080020',
  '00080005',
  '00100020',
  '00083002',
  '52009229',
  '52009230',
  '00209113',
]);
const tag = fc.constantFrom(...tags);
const nasty = [
  'null',
  'true',
  '0',
  '-1',
  '1e999',
  '1e308',
  '5e-324',
  '9007199254740993',
  '""',
  '"\\u0000"',
  '"\\ud800"',
].concat([
  '[]',
  '{}',
  '[null]',
  '[[[[1]]]]',
  '{"vr":"SQ","Value":[null,1,"x",[],{}]}',
  '{"vr":"SQ","Value":[{"00209113":{"vr":"SQ","Value":[null]}}]}',
  '{"vr":"CS"}',
  '{"vr":null,"Value":[1]}',
  '{"vr":"PN","Value":[{"Alphabetic":5}]}',
  '{"vr":"OB","InlineBinary":"!!!!"}',
  '{"vr":"OB","BulkDataURI":"file:///etc/passwd"}',
  '{"vr":"DS","Value":{"length":4294967295}}',
  '{"__proto__":{"vr":"CS","Value":["CT"]}}',
  '{"toString":1,"valueOf":1}',
  '"1.2.3/../../x"',
  `"${'9'.repeat(5000)}"`,
  `[${'"1",'.repeat(2000)}"1"]`,
]);
const json = fc.oneof(fc.constantFrom(...nasty), fc.json({ maxDepth: 3 }));
const big = fc.nat(0xffff_ffff);

export const jsonMutation: fc.Arbitrary<JsonMutation> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('value', 'element'), tag, json }) },
  fc.record({
    kind: fc.constant('key'),
    tag,
    key: fc.constantFrom(
      '__proto__',
      'constructor',
      'toString',
      '0008001',
      '00080018 ',
      '0008000d',
      '',
      '\u0000',
    ),
  }),
  fc.record({ kind: fc.constant('remove'), tag }),
  fc.record({
    kind: fc.constant('deep'),
    tag,
    depth: fc.oneof(fc.nat(64), fc.nat(200_000)),
    object: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('wide'),
    tag,
    count: fc.nat(50_000),
    json: fc.constantFrom('1', '"1"', '{}', 'null'),
  }),
  fc.record({ kind: fc.constant('copies'), count: fc.oneof(fc.nat(8), fc.nat(2500)) }),
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('flip'), at: big, mask: fc.integer({ min: 1, max: 255 }) }),
  },
  fc.record({ kind: fc.constant('truncate'), at: big }),
  fc.record({
    kind: fc.constant('insert'),
    at: big,
    text: fc.oneof(
      fc.constantFrom('{', '}', '[', ']', '"', '\\', ',', '\ufeff', '\u0000', '[[[[', '{"a":'),
      fc.string({ maxLength: 8 }),
    ),
  }),
) as fc.Arbitrary<JsonMutation>;

const placeholder = '"@fuzz@"';

/** The text of the list with the mutation done to it, as UTF-8. */
export function mutateJson(text: Bytes, mutation: JsonMutation): Bytes {
  if (mutation.kind === 'flip') {
    const at = mutation.at % Math.max(text.length, 1);
    text[at] = (text[at] ?? 0) ^ mutation.mask;
    return text;
  }
  if (mutation.kind === 'truncate') return text.slice(0, mutation.at % Math.max(text.length, 1));
  const source = Buffer.from(text).toString('utf8');
  if (mutation.kind === 'insert') {
    const at = mutation.at % Math.max(source.length, 1);
    return bytesOf(source.slice(0, at) + mutation.text + source.slice(at));
  }
  try {
    const datasets: unknown = JSON.parse(source);
    return Array.isArray(datasets) ? bytesOf(mutateDatasets(datasets, mutation)) : text;
  } catch {
    // No JSON any more, or too deep to be written again: it stays as the mutation before left it.
    return text;
  }
}

type Datasets = Record<string, unknown>[];

function mutateDatasets(
  datasets: Datasets,
  mutation: Exclude<JsonMutation, { kind: 'flip' | 'truncate' | 'insert' }>,
): string {
  if (mutation.kind === 'copies') {
    const [first = {}] = datasets;
    // The played PACS holds its answer in the memory that is watched: well over limits.jsonBytes is enough.
    const most = Math.floor(largestAnswer / JSON.stringify(first).length);
    const copies = Array.from({ length: Math.min(mutation.count, most) }, () => first);
    return JSON.stringify([...datasets, ...copies]);
  }
  const { tag } = mutation;
  const put = (element: unknown, by: string) =>
    JSON.stringify([{ ...datasets[0], [tag]: element }, ...datasets.slice(1)]).replace(placeholder, () => by);
  const value = { vr: 'LO', Value: ['@fuzz@'] };
  switch (mutation.kind) {
    case 'value':
      return put(value, mutation.json);
    case 'element':
      return put('@fuzz@', mutation.json);
    case 'remove':
      return put(undefined, '');
    case 'key':
      return JSON.stringify(datasets).replace(`"${tag}"`, () => JSON.stringify(mutation.key));
    case 'wide':
      return put(value, Array.from({ length: mutation.count + 1 }, () => mutation.json).join());
    case 'deep': {
      const [open, close] = mutation.object ? ['{"vr":"SQ","Value":[', ']}'] : ['[', ']'];
      return put(value, `${open.repeat(mutation.depth)}1${close.repeat(mutation.depth)}`);
    }
  }
}

function bytesOf(text: string): Bytes {
  return Uint8Array.from(Buffer.from(text, 'utf8'));
}
