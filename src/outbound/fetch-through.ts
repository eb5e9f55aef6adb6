import type { Dispatcher } from 'undici';

interface FetchOptions {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: { toString(): string } | null | undefined;
  readonly signal?: AbortSignal;
}

/**
 * As much of fetch as a token request needs, through one dispatcher: no redirect is followed, no compression
 * offered. Its size is the dispatcher's limit. Fails with the dispatcher's own errors.
 */
export function fetchThrough(
  dispatcher: Dispatcher,
): (url: string, options: FetchOptions) => Promise<Response> {
  return async (url, { method, headers, body, signal }) => {
    const { origin, pathname, search } = new URL(url);
    const answer = await dispatcher.request({
      origin,
      path: pathname + search,
      method: method as Dispatcher.HttpMethod,
      headers: { ...headers, 'accept-encoding': 'identity' },
      body: body?.toString() ?? null,
      signal: signal ?? null,
    });
    const content = await answer.body.text();
    const fields = Object.entries(answer.headers).flatMap(([name, value]) =>
      [value ?? []].flat().map((one): [string, string] => [name, one]),
    );
    // These have no body (fetch standard, null body status).
    const isEmpty = [101, 103, 204, 205, 304].includes(answer.statusCode);
    return new Response(isEmpty ? null : content, { status: answer.statusCode, headers: fields });
  };
}
