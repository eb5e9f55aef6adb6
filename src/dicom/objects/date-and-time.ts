/**
 * An instant as DA and TM (PS3.5 6.2) in a zone such as +0100: that of the other times in the same object (PS3.3
 * C.12.1.1.8). Where they do not say, it is the zone of this process, as nobody knows better.
 */
export function dateAndTime(
  instant: string,
  zone?: string,
): { readonly date: string; readonly time: string } {
  const at = new Date(instant);
  const minutes = zone === undefined ? -at.getTimezoneOffset() : minutesOf(zone);
  const digits = new Date(at.getTime() + minutes * 60_000).toISOString().replace(/\D/g, '');
  return { date: digits.slice(0, 8), time: digits.slice(8, 14) };
}

/** An instant as DT, in UTC. */
export function dateTime(instant: string): string {
  const { date, time } = dateAndTime(instant, '+0000');
  return `${date}${time}+0000`;
}

function minutesOf(zone: string): number {
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3));
  return zone.startsWith('-') ? -minutes : minutes;
}
