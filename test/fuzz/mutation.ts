import fc from 'fast-check';

/** A part of a file in which a mutation hits; where in it, its own number says (modulo the length). */
export type Region = 'meta' | 'header' | 'pixel-start' | 'pixels' | 'tail' | 'anywhere';

/** One thing done to the bytes of a file. Plain data: it can be shrunk, printed and done again. */
export type Mutation =
  | { readonly kind: 'flip'; readonly region: Region; readonly at: number; readonly mask: number }
  | {
      readonly kind: 'overwrite';
      readonly region: Region;
      readonly at: number;
      readonly size: 1 | 2 | 4;
      readonly value: number;
      readonly little: boolean;
    }
  | { readonly kind: 'truncate'; readonly region: Region; readonly at: number }
  | { readonly kind: 'extend'; readonly bytes: number; readonly fill: number }
  | { readonly kind: 'delete'; readonly region: Region; readonly at: number; readonly length: number }
  | { readonly kind: 'repeat'; readonly region: Region; readonly at: number; readonly length: number }
  | { readonly kind: 'graft'; readonly region: Region; readonly at: number; readonly from: number }
  | { readonly kind: 'number'; readonly tag: string; readonly value: number }
  | { readonly kind: 'text'; readonly tag: string; readonly text: string }
  | { readonly kind: 'length'; readonly nth: number; readonly value: number }
  | { readonly kind: 'vr'; readonly nth: number; readonly vr: string }
  | { readonly kind: 'retag'; readonly nth: number; readonly tag: string }
  | { readonly kind: 'remove'; readonly tag: string }
  | { readonly kind: 'nest'; readonly depth: number; readonly closed: boolean }
  | { readonly kind: 'many'; readonly count: number }
  | { readonly kind: 'item-length'; readonly nth: number; readonly value: number }
  | { readonly kind: 'offset-table'; readonly offsets: readonly number[] }
  | { readonly kind: 'extended-offsets'; readonly frames: number; readonly offset: number }
  | { readonly kind: 'empty-items'; readonly count: number }
  | { readonly kind: 'no-delimiter' }
  | {
      readonly kind: 'codestream';
      readonly marker: number;
      readonly field: number;
      readonly size: 1 | 2 | 4;
      readonly value: number;
    }
  /** Of the image, in its code streams, and in the header too where `everywhere`. */
  | { readonly kind: 'size'; readonly rows: number; readonly columns: number; readonly everywhere: boolean }
  | { readonly kind: 'field'; readonly field: number; readonly nth: number; readonly value: number }
  /** `keepEnd`: what is missing is missing before the end marker. */
  | { readonly kind: 'cut-codestream'; readonly nth: number; readonly at: number; readonly keepEnd: boolean }
  | { readonly kind: 'bomb'; readonly megabytes: number; readonly where: 'value' | 'elements' | 'after' };

const big = fc.nat(0xffff_ffff);
const interesting = fc.oneof(
  fc.constantFrom(0, 1, 2, 3, 7, 8, 0x7f, 0x80, 0xff, 0x100, 0x200, 0x7ff, 0x800, 0x7fff, 0x8000, 0xfffe),
  fc.constantFrom(
    0xffff,
    0x1_0000,
    0xff_ffff,
    0x100_0000,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_fffe,
    0xffff_ffff,
  ),
  fc.nat(64),
  big,
);
const region = fc.constantFrom<Region>(
  'meta',
  'header',
  'header',
  'pixel-start',
  'pixels',
  'tail',
  'anywhere',
);
const size = fc.constantFrom<1 | 2 | 4>(1, 2, 4);
const pixels = fc.constantFrom(1, 47, 49, 512, 2048, 16_384, 65_535);
const nth = fc.nat(400);

/** Rows, Columns, SamplesPerPixel, PlanarConfiguration, BitsAllocated, BitsStored, HighBit, representation, padding. */
const numberTags = [
  '00280010',
  '00280011',
  '00280002',
  '00280006',
  '00280100',
  '00280101',
  '00280102',
].concat(['00280103', '00280120', '00280121']);
const uidTags = ['00020002', '00020003', '00020010', '00080016', '00080018', '0020000D', '0020000E'];
/** Frames, position, orientation, spacing, thickness, slope, intercept, tilt, numbers, dates, character set. */
const textTags = ['00280008', '00200032', '00200037', '00280030', '00180050', '00281053', '00281052'].concat([
  '00181120',
  '00200011',
  '00200012',
  '00200013',
  '00080020',
  '0008002A',
  '00080032',
  '00080201',
  '00101010',
  '00100030',
  '00080005',
  '00080008',
  '00080060',
  '00280004',
  '00281054',
  '00100020',
  '0008103E',
]);
export const syntaxes = ['', '.1', '.1.98', '.1.99', '.2', '.4.50', '.4.51', '.4.53', '.4.55', '.4.57']
  .concat(['.4.70', '.4.80', '.4.81', '.4.90', '.4.91', '.4.92', '.4.100', '.4.110', '.4.201', '.4.202'])
  .concat(['.4.203', '.4.204', '.5', '.8.1', '.4.9999'])
  .map((end) => `1.2.840.10008.1.2${end}`);
const badUids = [
  '',
  '.',
  '1..2',
  '1.2.',
  '../../etc/passwd',
  '1.2/3',
  '1.2.840 10008',
  '1.02',
  'A.B',
  '1\\2',
].concat([`1.${'2'.repeat(63)}`, '9'.repeat(65), '1.2\n3']);
const badTexts = [
  '',
  ' ',
  '\\',
  '\\\\\\',
  '0',
  '-1',
  '1',
  '2',
  '63',
  '4294967297',
  '1e308',
  '1e309',
  '-1e-320',
  'NaN',
].concat([
  'Infinity',
  '0x10',
  '1e3',
  '0.1.2',
  '9'.repeat(300),
  '1\\'.repeat(3000),
  '\0\0',
  'ISO 2022 IR 87\\ISO 2022 IR 6',
  'ISO_IR 999',
  'GB18030',
  '\u001b$B\u001b(J\u00ff\u00fe',
  '99999999',
  '20261399',
  '1E+16\\1E+16\\1E+16',
  '0\\0\\0\\0\\0\\0',
  '1\\0\\0\\0\\1\\1e-7',
  '1e300\\0\\0\\0\\1e300\\0',
]);

/** Any single mutation of a DICOM file. */
export const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('flip'),
      region,
      at: big,
      mask: fc.integer({ min: 1, max: 255 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('overwrite'),
      region,
      at: big,
      size,
      value: interesting,
      little: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('truncate'), region, at: big }) },
  fc.record({ kind: fc.constant('extend'), bytes: fc.integer({ min: 1, max: 100_000 }), fill: fc.nat(255) }),
  fc.record({ kind: fc.constant('delete'), region, at: big, length: fc.integer({ min: 1, max: 600 }) }),
  fc.record({ kind: fc.constant('repeat'), region, at: big, length: fc.integer({ min: 1, max: 600 }) }),
  fc.record({ kind: fc.constant('graft'), region, at: big, from: big }),
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('number'),
      tag: fc.constantFrom(...numberTags),
      value: interesting,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('text'),
      tag: fc.constantFrom(...textTags),
      text: fc.oneof(fc.constantFrom(...badTexts), fc.string({ maxLength: 40 }), fc.double().map(String)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('text'),
      tag: fc.constantFrom(...uidTags),
      text: fc.oneof(fc.constantFrom(...badUids), fc.string({ maxLength: 70 })),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('text'),
      tag: fc.constant('00020010'),
      text: fc.constantFrom(...syntaxes),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('length'), nth, value: interesting }) },
  fc.record({
    kind: fc.constant('vr'),
    nth,
    vr: fc.constantFrom('SQ', 'UN', 'OB', 'OW', 'US', 'UL', 'IS', 'DS', 'UI', 'LO', 'FD', 'AT', 'ZZ', '\0\0'),
  }),
  fc.record({
    kind: fc.constant('retag'),
    nth,
    tag: fc.constantFrom(
      ...numberTags,
      ...uidTags,
      ...textTags,
      '7FE00010',
      '7FE00008',
      'FFFEE000',
      'FFFEE0DD',
      'FFFCFFFC',
    ),
  }),
  fc.record({
    kind: fc.constant('remove'),
    tag: fc.constantFrom(...numberTags, ...uidTags, ...textTags, '7FE00010'),
  }),
  fc.record({ kind: fc.constant('nest'), depth: fc.oneof(fc.nat(40), fc.nat(60_000)), closed: fc.boolean() }),
  fc.record({ kind: fc.constant('many'), count: fc.oneof(fc.nat(100), fc.nat(120_000)) }),
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('item-length'), nth: fc.nat(12), value: interesting }),
  },
  fc.record({ kind: fc.constant('offset-table'), offsets: fc.array(interesting, { maxLength: 12 }) }),
  fc.record({
    kind: fc.constant('extended-offsets'),
    frames: fc.oneof(fc.nat(8), fc.nat(100_000)),
    offset: interesting,
  }),
  fc.record({ kind: fc.constant('empty-items'), count: fc.oneof(fc.nat(10), fc.nat(200_000)) }),
  fc.record({ kind: fc.constant('no-delimiter') }),
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('codestream'),
      marker: fc.nat(40),
      field: fc.nat(24),
      size,
      value: interesting,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('size'),
      rows: pixels,
      columns: pixels,
      everywhere: fc.boolean(),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('field'),
      field: fc.nat(1000),
      nth: fc.nat(3),
      value: interesting,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('cut-codestream'),
      nth: fc.nat(8),
      at: big,
      keepEnd: fc.boolean(),
    }),
  },
  fc.record({
    kind: fc.constant('bomb'),
    megabytes: fc.oneof(fc.integer({ min: 1, max: 32 }), fc.integer({ min: 1, max: 1024 })),
    where: fc.constantFrom('value', 'elements', 'after'),
  }),
) as fc.Arbitrary<Mutation>;
