/** A media type with its parameters (RFC 9110 8.3.1); type and parameter names in lower case. */
export interface MediaType {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const typePattern = /\s*([\w!#$&^.+*-]+\/[\w!#$&^.+*-]+)\s*/y;
// Unquoted values may hold a slash: PACS write type=application/dicom, against the grammar of a token.
const parameterPattern = /;\s*(?:([\w!#$%&'*+.^`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?\s*/y;

/** The media type of a Content-Type; undefined where it is absent or malformed. */
export function parseMediaType(text: string | undefined): MediaType | undefined {
  const types = text === undefined ? undefined : parseMediaTypes(text);
  return types?.length === 1 ? types[0] : undefined;
}

/** The comma-separated media types of an Accept (RFC 9110 12.5.1); undefined where it is malformed. */
export function parseMediaTypes(text: string): MediaType[] | undefined {
  const types: MediaType[] = [];
  let at = 0;
  for (;;) {
    const head = matchAt(typePattern, text, at);
    if (head === undefined) return undefined;
    at += head[0].length;
    const parameters = new Map<string, string>();
    for (
      let match = matchAt(parameterPattern, text, at);
      match;
      match = matchAt(parameterPattern, text, at)
    ) {
      at += match[0].length;
      const [, name, quoted, bare] = match;
      if (name !== undefined) {
        parameters.set(name.toLowerCase(), quoted?.replaceAll(/\\(.)/g, '$1') ?? bare ?? '');
      }
    }
    types.push({ type: (head[1] ?? '').toLowerCase(), parameters });
    if (at === text.length) return types;
    if (text[at] !== ',') return undefined;
    at += 1;
  }
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}
