/** RFC 9218 4.1: without a parameter, and where it cannot be read. */
const defaultUrgency = 3;

/**
 * The urgency that a request has by its Priority header, a dictionary of structured fields (RFC 9218 5): 0 the
 * most urgent, 7 the least. What cannot be read is ignored, as the RFC wants it.
 */
export function urgencyOf(priority: string | readonly string[] | undefined): number {
  const members = [priority ?? []].flat().join(',').split(',');
  // Of a member that is given twice the last one counts (RFC 9651 4.2.2).
  const given = members.findLast((member) => /^\s*u\s*=/.test(member));
  const [, urgency] = /^\s*u=([0-7])\s*(?:;.*)?$/.exec(given ?? '') ?? [];
  return urgency === undefined ? defaultUrgency : Number(urgency);
}
