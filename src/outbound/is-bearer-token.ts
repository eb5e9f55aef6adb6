/** Whether a text has the syntax of a bearer token (RFC 6750 2.1); anything else could not be sent in a header. */
export function isBearerToken(text: string): boolean {
  return /^[\w.~+/-]+=*$/.test(text);
}
