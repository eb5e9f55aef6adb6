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
    const [series, metadata, retrieval] = played?.parts ?? [];
    const [type, body] = pathname.endsWith('/metadata')
      ? ['application/dicom+json', metadata]
      : pathname.endsWith('/series')
        ? ['application/dicom+json', series]
        : /\/series\/[^/]+$/.test(pathname)
          ? [played?.contentType ?? '', retrieval]
          : ['', undefined];
    if (body === undefined) {
      response.writeHead(404).end();
      return;
    }
    try {
      response.writeHead(200, { 'content-type': type });
    } catch {
      response.writeHead(200);
    }
    Readable.from(cut(body, played?.chunkBytes ?? body.length)).pipe(response);
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

export function* cut(body: Uint8Array, chunkBytes: number): Generator<Uint8Array> {
  for (let at = 0; at < body.length; at += chunkBytes) yield body.subarray(at, at + chunkBytes);
}
