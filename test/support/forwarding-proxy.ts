import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';

export interface ForwardingProxy {
  /** Of the service behind it, with the path of its own. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Hands everything on to a service as it comes, but for what it does otherwise.
 *
 * @param instead - of handing a request on: a status to answer with, or no answer at all; undefined hands it on
 */
export async function openForwardingProxy(
  target: string,
  instead: (incoming: IncomingMessage) => number | 'nothing' | undefined,
): Promise<ForwardingProxy> {
  const { origin, pathname } = new URL(target);
  const server = createServer((incoming, outgoing) => {
    const { method = 'GET', url = '/', headers } = incoming;
    const does = instead(incoming);
    if (does !== undefined) {
      if (does !== 'nothing') outgoing.writeHead(does).end();
      return;
    }
    const onward = request(`${origin}${url}`, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      pipeline(answer, outgoing, () => {});
    });
    onward.on('error', () => outgoing.destroy());
    pipeline(incoming, onward, () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${pathname}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
