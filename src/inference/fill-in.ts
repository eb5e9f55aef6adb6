/** How `lobar models init` begins what only a human can say; a manifest that still has one is not valid. */
export const fillInMark = 'FILL IN:';

/** A value of a manifest that a human still has to write, and what belongs there. */
export function fillIn(what: string): string {
  return `${fillInMark} ${what}`;
}

export interface OpenField {
  /** JSON pointer (RFC 6901) of the value. */
  readonly path: string;
  /** What belongs there. */
  readonly what: string;
}

/** Every value of parsed JSON that is still to be filled in, in the order of the document. */
export function openFields(json: unknown, path = ''): readonly OpenField[] {
  if (typeof json === 'string') {
    return json.startsWith(fillInMark) ? [{ path, what: json.slice(fillInMark.length).trim() }] : [];
  }
  if (typeof json !== 'object' || json === null) return [];
  return Object.entries(json).flatMap(([key, value]) => openFields(value, `${path}/${key}`));
}
