import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { streamUpload } from '../../src/page/service/stream-upload.ts';

async function upload(listener: RequestListener, files: readonly Blob[]) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const shares: number[] = [];
  const hooks = { signal: new AbortController().signal, onSent: (share: number) => void shares.push(share) };
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of streamUpload({ url, headers: { 'x-a': 'b' }, files }, hooks))
      chunks.push(chunk);
    return { answer: Buffer.concat(chunks).toString(), shares };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('Files that the page sends as a stream', () => {
  const files = [new Blob(['one']), new Blob([new Uint8Array(200_000)])];

  it('arrive whole, and the page is told how much of them has left', async () => {
    const { answer, shares } = await upload(async (request, response) => {
      let length = 0;
      for await (const chunk of request) length += (chunk as Buffer).length;
      response.end(`${request.headers['x-a']} ${length > 200_003} ${request.headers['content-type']}`);
    }, files);
    assert.match(answer, /^b true multipart\/related; type="application\/dicom"; boundary=/);
    assert.deepEqual(
      shares,
      shares.toSorted((a, b) => a - b),
    );
    assert.equal(shares.at(-1), 1);
  });

  it('end with what the service says where it refuses them', async () => {
    const refused = upload((request, response) => {
      request.resume();
      request.on('end', () => {
        response.writeHead(503, { 'retry-after': '7' }).end('{"code":"at-capacity","detail":"Full."}');
      });
    }, files);
    await assert.rejects(refused, { code: 'at-capacity', retryAfterSeconds: 7 });
  });
});
