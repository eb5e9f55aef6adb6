import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';

/**
 * Hands everything on to a PACS as it comes, but for what it does otherwise.
 *
 * @param otherwise - by the path that is asked for: a status to answer with, or no answer at all
 */
export async function openMisbehavingPacs(
  target: string,
  otherwise: (path: string) => number | 'nothing' | undefined,
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const { origin, pathname } = new URL(target);
  const server = createServer((incoming, outgoing) => {
    const { method = 'GET', url = '/', headers } = incoming;
    const does = otherwise(decodeURIComponent(url));
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
