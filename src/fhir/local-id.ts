/**
 * The id of a resource that a reference of the EHR points to: `Type/id`, with or without the base of this EHR
 * before it and a version behind it (FHIR R4 2.3.0.1). Undefined for another type, another server, and text
 * that is no reference.
 */
export function localId(reference: unknown, type: string, base: string): string | undefined {
  if (typeof reference !== 'string') return undefined;
  const relative = withoutBase(reference, base);
  const [, named, id] = /^([A-Za-z]+)\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[^/]+)?$/.exec(relative) ?? [];
  // "." and ".." are ids by that pattern, and steps in a path.
  return named === type && id !== undefined && !/^\.{1,2}$/.test(id) ? id : undefined;
}

/** A host in capitals and a port that goes without saying are the same address (RFC 3986 6.2). */
function withoutBase(reference: string, base: string): string {
  const root = URL.parse(`${base.replace(/\/+$/, '')}/`)?.href;
  const address = URL.parse(reference)?.href;
  return root !== undefined && address?.startsWith(root) ? address.slice(root.length) : reference;
}
