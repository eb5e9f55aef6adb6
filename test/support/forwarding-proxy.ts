import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';

export interface ForwardingProxy {
  /** Of the service behind it, with the path of its own. */
  readonly url: string;
  close(): Promise<void>;
}

export interface DicomAnswer {
  readonly status: number;
  readonly dataset?: object;
}

/**
 * Hands everything on to a service as it comes, but for what it does otherwise.
 *
 * @param instead - of handing a request on: a status to answer with, DICOM JSON too, or no answer at all; undefined
 *   hands it on
 */
export async function openForwardingProxy(
  target: string,
  instead: (incoming: IncomingMessage) => number | DicomAnswer | 'nothing' | undefined,
): Promise<ForwardingProxy> {
  const { origin, pathname } = new URL(target);
  const server = createServer((incoming, outgoing) => {
    const { method = 'GET', url = '/', headers } = incoming;
    const does = instead(incoming);
    if (does !== undefined) {
      if (does === 'nothing') return;
      const { status, dataset } = typeof does === 'number' ? { status: does } : does;
      if (dataset === undefined) outgoing.writeHead(status).end();
      else {
        outgoing.writeHead(status, { 'content-type': 'application/dicom+json' });
        // It reads what it was sent before it answers.
        incoming.resume().on('end', () => outgoing.end(JSON.stringify(dataset)));
      }
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
