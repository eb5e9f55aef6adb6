import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { multipartBody } from '../../src/dicomweb/multipart-body.ts';
import { listen, never, pacsAt } from './support/pacs-at.ts';

describe('A multipart body', () => {
  it('is what RFC 2046 5.1.1 says, and as long as it says', () => {
    const { contentType, length, pieces } = multipartBody([Buffer.from('AB'), Buffer.from('C')], 'xyz');
    const expected =
      '\r\n--xyz\r\nContent-Type: application/dicom\r\n\r\nAB' +
      '\r\n--xyz\r\nContent-Type: application/dicom\r\n\r\nC\r\n--xyz--';
    assert.equal(Buffer.concat([...pieces()]).toString(), expected);
    assert.equal(length, expected.length);
    assert.equal(contentType, 'multipart/related; type="application/dicom"; boundary="xyz"');
    // A request that is sent again begins anew.
    assert.equal(Buffer.concat([...pieces()]).toString(), expected);
  });

  it('is made of pieces of at most 256 KiB of what it holds, which is not copied', () => {
    const instance = Buffer.alloc(2 ** 20 + 1);
    const parts = [...multipartBody([instance], 'xyz').pieces()].slice(1, -1);
    assert.deepEqual(
      parts.map(({ length }) => length),
      [2 ** 18, 2 ** 18, 2 ** 18, 2 ** 18, 1],
    );
    assert.ok(parts.every(({ buffer }) => buffer === instance.buffer));
  });
});

describe('What is stored into a PACS', () => {
  it('is sent without a second copy of it, with its length, and whole', async (t) => {
    const instance = new Uint8Array(64 * 2 ** 20).fill(7);
    let grown = Number.NaN;
    const got = { length: '', encoding: '' as string | undefined, bytes: 0, sevens: 0 };
    const { url, close } = await listen(async (request, response) => {
      // Nothing has been read yet: what is there beside the instance is what the client has made of it.
      grown = process.memoryUsage().arrayBuffers - before;
      got.length = request.headers['content-length'] ?? '';
      got.encoding = request.headers['transfer-encoding'];
      for await (const chunk of request as AsyncIterable<Buffer>) {
        got.bytes += chunk.length;
        for (const byte of chunk) got.sevens += Number(byte === 7);
      }
      response.writeHead(200, { 'content-type': 'application/dicom+json' }).end('{}');
    });
    t.after(close);
    const pacs = pacsAt(url);
    t.after(() => pacs.close());
    const before = process.memoryUsage().arrayBuffers;
    assert.deepEqual(await pacs.storeInstances('1.2.3', [instance], never()), { stored: [], failed: [] });
    assert.ok(grown < instance.length / 4, `${grown} bytes more`);
    assert.equal(got.sevens, instance.length);
    assert.deepEqual([Number(got.length), got.encoding], [got.bytes, undefined]);
  });
});
