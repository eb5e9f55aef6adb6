/** A Date header says whole seconds, and an answer takes a while. */
const toleratedMs = 60_000;

/**
 * By how much our clock is not that of another, in words; undefined where it is about the same.
 *
 * @param date - the Date header of an answer (RFC 9110 6.6.1)
 * @param ours - milliseconds since 1970, when it came
 */
export function clockSkew(date: string | null, ours: number): string | undefined {
  const theirs = Date.parse(date ?? '');
  const skewMs = ours - theirs;
  if (Number.isNaN(theirs) || Math.abs(skewMs) <= toleratedMs) return undefined;
  const minutes = Math.round(Math.abs(skewMs) / 60_000);
  const side = skewMs < 0 ? 'behind' : 'ahead of';
  return `our clock is ${minutes} ${minutes === 1 ? 'minute' : 'minutes'} ${side} its: synchronise the clocks (NTP)`;
}
