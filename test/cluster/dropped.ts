/**
 * Paths of what was sent and is not in what came back. An API server refuses a field that it does not know, but silently
 * leaves out one whose feature it has not. Values are not compared: it writes quantities and durations its own way.
 */
export function dropped(sent: unknown, kept: unknown, path = ''): string[] {
  if (Array.isArray(sent)) {
    return sent.flatMap((item, index) =>
      dropped(item, (kept as unknown[] | undefined)?.[index], `${path}.${index}`),
    );
  }
  if (typeof sent === 'object' && sent !== null) {
    return Object.entries(sent).flatMap(([key, value]) =>
      // Nothing is the same as absent.
      isEmpty(value)
        ? []
        : dropped(value, (kept as Record<string, unknown> | undefined)?.[key], `${path}.${key}`),
    );
  }
  return kept === undefined ? [path] : [];
}

function isEmpty(value: unknown): boolean {
  return (
    value === null ||
    value === '' ||
    value === false ||
    value === 0 ||
    (typeof value === 'object' && Object.keys(value).length === 0)
  );
}
