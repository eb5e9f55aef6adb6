/** Marker segment COD up to its precincts (ITU-T T.800 A.6.1). */
const codBytes = 14;

/** Size of the image that is coded, in samples. */
interface Size {
  readonly rows: number;
  readonly columns: number;
}

/**
 * How many packets a code stream must at least have by its COD at `position`: one for each layer of each
 * precinct of each resolution (T.800 B.9). Each has at least one byte, so that more of them than bytes is a lie;
 * a decoder would allocate for all. Undefined where the segment is broken.
 */
export function fewestPackets(view: DataView, position: number, { rows, columns }: Size): number | undefined {
  const length = view.getUint16(position + 2);
  if (length + 2 < codBytes) return undefined;
  const hasPrecincts = (view.getUint8(position + 4) & 1) === 1;
  const layers = view.getUint16(position + 6);
  const levels = view.getUint8(position + 9);
  const expected = codBytes + (hasPrecincts ? levels + 1 : 0);
  if (levels > 32 || layers === 0 || length + 2 !== expected) return undefined;
  let precincts = 0;
  for (let resolution = 0; resolution <= levels; resolution += 1) {
    // Two exponents in a byte; without them a precinct is as large as can be.
    const exponents = hasPrecincts ? view.getUint8(position + codBytes + resolution) : 0xff;
    const scale = 2 ** (levels - resolution);
    const samples = Math.floor(rows / scale) * Math.floor(columns / scale);
    precincts += Math.max(1, samples / 2 ** ((exponents & 15) + (exponents >> 4)));
  }
  return layers * Math.floor(precincts);
}
