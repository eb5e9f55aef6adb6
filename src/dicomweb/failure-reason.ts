/** Failure reasons of a STOW-RS answer (PS3.18 table I.2-2; PS3.7 annex C; PS3.4 table B.2-1), ranges by their masks. */
// biome-ignore format: a table reads best with one row a reason
const reasons: readonly (readonly [mask: number, value: number, text: string])[] = [
  [0xffff, 0x0110, 'processing failure'],
  [0xffff, 0x0111, 'it is there already'],
  [0xffff, 0x0117, 'invalid UID'],
  [0xffff, 0x0122, 'SOP class not supported'],
  [0xffff, 0x0124, 'not authorized'],
  [0xffff, 0xc122, 'transfer syntax not supported'],
  [0xff00, 0xa700, 'out of resources'],
  [0xff00, 0xa900, 'data set does not match the SOP class'],
  [0xf000, 0xc000, 'cannot understand'],
];

/** A Failure Reason (0008,1197) in words. */
export function failureReasonText(reason: number): string {
  if (reason === 0) return 'it gave no reason';
  const code = `failure reason ${reason.toString(16).toUpperCase().padStart(4, '0')}H`;
  const known = reasons.find(([mask, value]) => (reason & mask) === value);
  return known === undefined ? code : `${code}, ${known[2]}`;
}
