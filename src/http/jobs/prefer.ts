/**
 * Whether a client prefers to be answered at once: Prefer: respond-async (RFC 7240 4.1). Other preferences, and what
 * cannot be read, are ignored, as the RFC wants it.
 */
export function prefersAsync(prefer: string | readonly string[] | undefined): boolean {
  return [prefer ?? []]
    .flat()
    .flatMap((line) => line.match(preferences) ?? [])
    .some((preference) => /^\s*respond-async\s*(?:=\s*""\s*)?(?:;.*)?$/i.test(preference));
}

/** What stands between commas: one in a quoted string (RFC 9110 5.6.4) separates nothing. */
const preferences = /(?:"(?:\\.|[^"\\])*"|[^,"]|")+/g;
