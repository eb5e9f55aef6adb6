import { type Authority, askAuthority, isPassing } from './ask-authority.ts';
import { jsonObject } from './json-object.ts';
import { NoToken } from './no-token.ts';

export interface DocumentOptions {
  readonly headers: Readonly<Record<string, string>>;
  /** What to do about a document that is not there or is none, after a semicolon. */
  readonly instead?: string | undefined;
}

/**
 * The JSON object that an authority answers to GET at this address, whatever it holds.
 *
 * @throws NoToken; LobarError `address-blocked`, `proxy-failed`, `config-invalid` (a TLS file), `shutting-down`
 */
export async function authorityDocument(
  authority: Authority,
  url: string,
  { headers, instead }: DocumentOptions,
): Promise<Readonly<Record<string, unknown>>> {
  const { whom } = authority;
  const remedy = instead === undefined ? '' : `; ${instead}`;
  const answer = await askAuthority(authority)(url, { method: 'GET', headers });
  const { status } = answer;
  if (isPassing(status)) throw new NoToken('unavailable', `${whom} answered HTTP ${status}`);
  if (status !== 200) throw new NoToken('refused', `${whom} answered HTTP ${status}${remedy}`);
  const document = await jsonObject(answer);
  if (document === undefined) {
    throw new NoToken('refused', `${whom} answered something that is no JSON object${remedy}`);
  }
  return document;
}
