/** A field of a marker segment: what decoders allocate by, loop by and index by. */
export interface CodestreamField {
  readonly name: string;
  /** Second byte of the marker; the first is 0xFF. */
  readonly marker: number;
  /** From the marker on. */
  readonly offset: number;
  readonly size: 1 | 2 | 4;
}

type Row = readonly [name: string, offset: number, size: 1 | 2 | 4];
const fields = (marker: number, ...rows: Row[]): CodestreamField[] =>
  rows.map(([name, offset, size]) => ({ name, marker, offset, size }));

const startOfFrame: readonly Row[] = [
  ['SOF length', 2, 2],
  ['SOF precision', 4, 1],
  ['SOF rows', 5, 2],
  ['SOF columns', 7, 2],
  ['SOF components', 9, 1],
  ['SOF component', 10, 1],
  ['SOF sampling', 11, 1],
  ['SOF table', 12, 1],
];

/** ITU-T T.81 B.2 and T.87 C.2 (JPEG, JPEG-LS), T.800 A.5 and A.4.2, T.814 A.6 (JPEG 2000, HTJ2K). */
export const codestreamFields: readonly CodestreamField[] = [
  ...[0xc0, 0xc1, 0xc2, 0xc3, 0xf7].flatMap((marker) => fields(marker, ...startOfFrame)),
  ...fields(0xc4, ['DHT length', 2, 2], ['DHT class', 4, 1], ['DHT count', 5, 1], ['DHT counts', 12, 4]),
  ...fields(0xdb, ['DQT length', 2, 2], ['DQT table', 4, 1], ['DQT value', 5, 2]),
  ...fields(0xdd, ['DRI length', 2, 2], ['DRI interval', 4, 2]),
  ...fields(0xf8, ['LSE kind', 4, 1], ['LSE maximum', 5, 2], ['LSE threshold', 7, 2], ['LSE reset', 13, 2]),
  ...fields(
    0xda,
    ['SOS length', 2, 2],
    ['SOS components', 4, 1],
    ['SOS component', 5, 1],
    ['SOS tables', 6, 1],
    ['SOS predictor, NEAR', 7, 1],
    ['SOS end, interleave', 8, 1],
    ['SOS point transform', 9, 1],
  ),
  ...fields(
    0x51,
    ['SIZ length', 2, 2],
    ['SIZ capabilities', 4, 2],
    ['SIZ width', 6, 4],
    ['SIZ height', 10, 4],
    ['SIZ x offset', 14, 4],
    ['SIZ y offset', 18, 4],
    ['SIZ tile width', 22, 4],
    ['SIZ tile height', 26, 4],
    ['SIZ tile x offset', 30, 4],
    ['SIZ tile y offset', 34, 4],
    ['SIZ components', 38, 2],
    ['SIZ depth', 40, 1],
    ['SIZ x step', 41, 1],
    ['SIZ y step', 42, 1],
  ),
  ...fields(0x50, ['CAP parts', 4, 4], ['CAP part 15', 8, 2]),
  ...fields(
    0x52,
    ['COD length', 2, 2],
    ['COD style', 4, 1],
    ['COD order', 5, 1],
    ['COD layers', 6, 2],
    ['COD component transform', 8, 1],
    ['COD levels', 9, 1],
    ['COD block width', 10, 1],
    ['COD block height', 11, 1],
    ['COD block style', 12, 1],
    ['COD wavelet', 13, 1],
    ['COD precincts', 14, 1],
  ),
  ...fields(0x5c, ['QCD length', 2, 2], ['QCD style', 4, 1], ['QCD step', 5, 2]),
  ...fields(
    0x90,
    ['SOT length', 2, 2],
    ['SOT tile', 4, 2],
    ['SOT bytes', 6, 4],
    ['SOT part', 10, 1],
    ['SOT parts', 11, 1],
  ),
];
