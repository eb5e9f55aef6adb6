/**
 * Whether a client prefers to be answered at once: Prefer: respond-async (RFC 7240 4.1). Other preferences, and what
 * cannot be read, are ignored, as the RFC wants it.
 */
export function prefersAsync(prefer: string | readonly string[] | undefined): boolean {
  return [prefer ?? []]
    .flat()
    .flatMap((line) => line.split(','))
    .some((preference) => /^\s*respond-async\s*(?:=\s*""\s*)?(?:;.*)?$/i.test(preference));
}
