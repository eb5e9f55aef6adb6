import type { IncomingHttpHeaders } from 'node:http';
import { openForwardingProxy } from './forwarding-proxy.ts';

export interface RecordingProxy extends AsyncDisposable {
  /** Of the service behind it, with the path of its own. */
  readonly url: string;
  readonly requests: readonly { readonly method: string; readonly headers: IncomingHttpHeaders }[];
}

/** Hands everything on to a service as it comes, and keeps the headers of its requests. */
export async function openRecordingProxy(target: string): Promise<RecordingProxy> {
  const requests: { method: string; headers: IncomingHttpHeaders }[] = [];
  const { url, close } = await openForwardingProxy(target, ({ method = 'GET', headers }) => {
    requests.push({ method, headers });
    return undefined;
  });
  return { url, requests, [Symbol.asyncDispose]: close };
}
