import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import type { FuzzInput } from './fuzz-input.ts';

/** A PACS on loopback that answers what an input says, byte for byte. */
export interface PlayedPacs {
  readonly url: string;
  play(input: FuzzInput): void;
  close(): Promise<void>;
}

export async function openPlayedPacs(): Promise<PlayedPacs> {
  let played: FuzzInput | undefined;
  const server = createServer((request, response) => {
    request.resume();
    const { pathname } = new URL(request.url ?? '/', 'http://pacs');
    const { status, type, body, isBrokenOff } = answerTo(pathname, played);
    try {
      response.writeHead(status, { 'content-type': type });
    } catch {
      response.writeHead(status);
    }
    response.flushHeaders();
    const sent = Readable.from(cut(body, played?.chunkBytes ?? body.length));
    sent.pipe(response, { end: !isBrokenOff });
    // Not at once: what was written is to arrive before the connection ends.
    if (isBrokenOff) sent.once('end', () => setTimeout(() => response.destroy(), brokenOffMs));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/dicomweb`,
    play(input) {
      played = input;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const brokenOffMs = 5;

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Uint8Array;
  readonly isBrokenOff: boolean;
}

function answerTo(pathname: string, played: FuzzInput | undefined): Answer {
  const [series, metadata, retrieved, ...alone] = played?.parts ?? [];
  const { contentType = '', retrieval } = played ?? {};
  const nothing = { status: 404, type: 'text/plain', body: new Uint8Array(0), isBrokenOff: false };
  const found = (type: string, body: Uint8Array | undefined): Answer =>
    body === undefined ? nothing : { ...nothing, status: 200, type, body };
  if (pathname.endsWith('/metadata')) return found('application/dicom+json', metadata);
  if (pathname.endsWith('/series')) return found('application/dicom+json', series);
  const [, instance] = /\/instances\/([^/]+)$/.exec(pathname) ?? [];
  if (instance !== undefined) {
    return found(retrieval?.instanceType ?? '', alone[retrieval?.instances.indexOf(instance) ?? -1]);
  }
  if (retrieved === undefined || !/\/series\/[^/]+$/.test(pathname)) return nothing;
  const how = retrieval?.series ?? 'sent';
  if (how === 'refused') return { ...nothing, status: 501 };
  if (how === 'sent') return found(contentType, retrieved);
  const kept = Math.floor((retrieved.length * how.brokenOffAfter) / 1000);
  return { ...found(contentType, retrieved.subarray(0, kept)), isBrokenOff: true };
}

export function* cut(body: Uint8Array, chunkBytes: number): Generator<Uint8Array> {
  for (let at = 0; at < body.length; at += chunkBytes) yield body.subarray(at, at + chunkBytes);
}
