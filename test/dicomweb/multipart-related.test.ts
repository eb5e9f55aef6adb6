import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  boundaryOf,
  MultipartError,
  type MultipartPart,
  parseMultipartRelated,
  seriesLimits,
  uploadLimits,
} from '../../src/dicomweb/multipart-related.ts';

const limits = { partHeaderBytes: 1000, bytesPerInstance: 100_000, bytesPerSeries: 1_000_000, instances: 20 };

/** Bodies are written by hand after the grammar of RFC 2046 5.1.1, so that they are what is expected. */
const body = Buffer.from(
  [
    'this is a preamble, to be ignored\r\n',
    '--b1  \t\r\n', // transport padding
    'Content-Type: application/dicom;\r\n transfer-syntax=1.2\r\n', // a folded field
    'Content-Length: 99999\r\n', // a lie
    '\r\n',
    'first\r\n--b\r\n-b1\r\n',
    '\r\n--b1\r\n',
    '\r\n', // no header at all
    'second',
    '\r\n--b1\r\n',
    'X-Empty: yes\r\n',
    '\r\n',
    '\r\n--b1--   \r\n',
    'an epilogue\r\n--b1\r\n',
  ].join(''),
  'latin1',
);
const parts = ['first\r\n--b\r\n-b1\r\n', 'second', ''];

async function* streamOf(...chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

async function collect(
  chunks: AsyncIterable<Uint8Array>,
  boundary = 'b1',
  own = limits,
): Promise<MultipartPart[]> {
  const found: MultipartPart[] = [];
  for await (const part of parseMultipartRelated(chunks, boundary, own, seriesLimits)) found.push(part);
  return found;
}

const textOf = ({ body }: MultipartPart) => Buffer.from(body).toString('latin1');
const kind = (kind: string) => (error: unknown) =>
  error instanceof MultipartError && error.kind === kind && error.code === 'request-invalid';

describe('A multipart/related body', () => {
  it('is the same whichever byte it is cut at', async () => {
    for (let cut = 0; cut <= body.length; cut += 1) {
      const found = await collect(streamOf(body.subarray(0, cut), body.subarray(cut)));
      assert.deepEqual(found.map(textOf), parts, `cut at ${cut}`);
    }
  });

  it('is the same when it arrives byte by byte', async () => {
    const found = await collect(streamOf(...Array.from(body, (byte) => Uint8Array.of(byte))));
    assert.deepEqual(found.map(textOf), parts);
  });

  it('gives each part the header fields that stand before it, folded lines joined', async () => {
    const [first, second, third] = await collect(streamOf(body));
    assert.equal(first?.headers.get('content-type'), 'application/dicom; transfer-syntax=1.2');
    assert.equal(second?.headers.size, 0);
    assert.equal(third?.headers.get('x-empty'), 'yes');
  });

  it('gives each part in an ArrayBuffer of its own size, free to be transferred', async () => {
    const [first] = await collect(streamOf(body));
    assert.equal(first?.body.buffer.byteLength, first?.body.byteLength);
    structuredClone(first?.body, { transfer: [first?.body.buffer as ArrayBuffer] });
    assert.equal(first?.body.byteLength, 0);
  });

  it('may end with its closing boundary, without a line break, or hold no part', async () => {
    assert.deepEqual((await collect(streamOf(Buffer.from('--b1\r\n\r\nx\r\n--b1--')))).map(textOf), ['x']);
    assert.deepEqual(await collect(streamOf(Buffer.from('--b1--'))), []);
  });

  it('holds any bytes in any chunks', async () => {
    const boundary = 'aab'; // overlaps with itself, and with its CRLF and dashes in the bytes below
    const bytes = fc.array(fc.constantFrom(13, 10, 45, 97, 98, 0, 255), { maxLength: 60 });
    const safe = bytes
      .map((values) => Buffer.from(values))
      .filter((one) => !Buffer.concat([Buffer.from('\r\n'), one]).includes(`\r\n--${boundary}`));
    await fc.assert(
      fc.asyncProperty(
        fc.array(safe, { minLength: 1, maxLength: 5 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        async (bodies, sizes) => {
          const whole = Buffer.concat([
            ...bodies.flatMap((one) => [Buffer.from(`\r\n--${boundary}\r\nA: b\r\n\r\n`), one]),
            Buffer.from(`\r\n--${boundary}--\r\n`),
          ]);
          const chunks: Buffer[] = [];
          for (let at = 0, turn = 0; at < whole.length; turn += 1) {
            const size = sizes[turn % sizes.length] as number;
            chunks.push(whole.subarray(at, at + size));
            at += size;
          }
          const found = await collect(streamOf(...chunks), boundary);
          assert.deepEqual(
            found.map(textOf),
            bodies.map((one) => one.toString('latin1')),
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('keeps large parts whole across many chunks', async () => {
    const large = Buffer.from(Uint8Array.from({ length: 90_000 }, (_, index) => (index * 31) % 251));
    const whole = Buffer.concat([Buffer.from('--b1\r\n\r\n'), large, Buffer.from('\r\n--b1--')]);
    for (const size of [1, 7, 2047, 2048, 5000, 65_536]) {
      const chunks = Array.from({ length: Math.ceil(whole.length / size) }, (_, index) =>
        whole.subarray(index * size, (index + 1) * size),
      );
      const [part] = await collect(streamOf(...chunks));
      assert.ok(part !== undefined && large.equals(part.body), `chunks of ${size}`);
    }
  });
});

describe('A multipart/related body that is not whole', () => {
  it('is broken off wherever it ends before its closing boundary', async () => {
    const start = body.indexOf('--b1') + '--b1'.length;
    const closed = body.indexOf('--b1--') + '--b1--'.length;
    for (let end = start; end < closed; end += 1) {
      await assert.rejects(collect(streamOf(body.subarray(0, end))), kind('broken-off'), `ends at ${end}`);
    }
  });

  it('is malformed when its boundary is another one, or never comes', async () => {
    await assert.rejects(collect(streamOf(body), 'other'), kind('malformed'));
    await assert.rejects(collect(streamOf(Buffer.alloc(5000))), kind('malformed'));
  });

  it('is malformed when text follows a boundary or a header line has no name', async () => {
    await assert.rejects(collect(streamOf(Buffer.from('--b1x\r\n\r\nbody\r\n--b1--'))), kind('malformed'));
    await assert.rejects(
      collect(streamOf(Buffer.from('--b1\r\nnonsense\r\n\r\nb\r\n--b1--'))),
      kind('malformed'),
    );
  });
});

describe('The limits of a multipart/related body', () => {
  const over = (limit: string) => ({ code: 'limit-exceeded', message: new RegExp(`limits\\.${limit} `) });
  const part = (size: number) => Buffer.from(`--b1\r\n\r\n${'x'.repeat(size)}\r\n`);
  const end = Buffer.from('--b1--');

  it('hold for one part, to the byte', async () => {
    const own = { ...limits, bytesPerInstance: 100 };
    assert.equal((await collect(streamOf(part(100), end), 'b1', own)).length, 1);
    await assert.rejects(collect(streamOf(part(101), end), 'b1', own), over('bytesPerInstance'));
  });

  it('hold for the whole body, to the byte', async () => {
    const own = { ...limits, bytesPerSeries: part(50).length + end.length };
    assert.equal((await collect(streamOf(part(50), end), 'b1', own)).length, 1);
    await assert.rejects(collect(streamOf(part(51), end), 'b1', own), over('bytesPerSeries'));
  });

  it('of an upload go by their own names, since it may be several series', async () => {
    const upload = { partHeaderBytes: 1000, bytesPerInstance: 1000, uploadBytes: 500, uploadInstances: 2 };
    const read = async (...chunks: Buffer[]) => {
      const parts = parseMultipartRelated(streamOf(...chunks), 'b1', upload, uploadLimits);
      for await (const { body } of parts) assert.ok(body.length > 0);
    };
    await read(part(1), part(1), end);
    await assert.rejects(read(part(1), part(1), part(1), end), over('uploadInstances'));
    await assert.rejects(read(part(600), end), over('uploadBytes'));
  });

  it('hold for the number of parts', async () => {
    const own = { ...limits, instances: 2 };
    assert.equal((await collect(streamOf(part(1), part(1), end), 'b1', own)).length, 2);
    await assert.rejects(collect(streamOf(part(1), part(1), part(1), end), 'b1', own), over('instances'));
  });

  it('hold for a header, in one line or in many', async () => {
    const long = Buffer.from(`--b1\r\nA: ${'x'.repeat(2000)}\r\n\r\nb\r\n--b1--`);
    await assert.rejects(collect(streamOf(long)), over('partHeaderBytes'));
    const many = Buffer.from(`--b1\r\n${'A: b\r\n'.repeat(500)}\r\nb\r\n--b1--`);
    await assert.rejects(collect(streamOf(many)), over('partHeaderBytes'));
  });

  it('stop an endless part after its limit, not after memory', async () => {
    let sent = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('--b1\r\n\r\n');
      for (;;) {
        sent += 10_000;
        yield Buffer.alloc(10_000);
      }
    }
    await assert.rejects(collect(endless()), over('bytesPerInstance'));
    assert.ok(sent <= 120_000, `${sent} bytes were taken`);
  });
});

describe('Leaving a multipart/related body early', () => {
  it('closes the stream it came from', async () => {
    let closed = false;
    async function* watched(): AsyncGenerator<Uint8Array> {
      try {
        yield body;
        yield body;
      } finally {
        closed = true;
      }
    }
    for await (const part of parseMultipartRelated(watched(), 'b1', limits, seriesLimits)) {
      assert.equal(textOf(part), parts[0]);
      break;
    }
    assert.ok(closed);
  });

  it('asks for no chunk before the part at hand is taken', async () => {
    let asked = 0;
    async function* watched(): AsyncGenerator<Uint8Array> {
      for (let count = 0; count < 5; count += 1) {
        asked += 1;
        yield Buffer.from('--b1\r\n\r\nx\r\n');
      }
      yield Buffer.from('--b1--');
    }
    const found = parseMultipartRelated(watched(), 'b1', limits, seriesLimits);
    await found.next();
    assert.equal(asked, 2); // the second shows where the first part ends
    await found.return();
  });
});

describe('The boundary of a Content-Type', () => {
  const boundaries = [
    ['multipart/related; type="application/dicom"; boundary=abc', 'abc'],
    ['Multipart/Related;BOUNDARY="a b:c"; type=application/dicom', 'a b:c'],
    ['multipart/related; boundary="a\\-b"', 'a-b'],
    ['multipart/form-data; boundary=abc', undefined],
    ['multipart/related', undefined],
    ['multipart/related; boundary=""', undefined],
    [`multipart/related; boundary=${'x'.repeat(71)}`, undefined],
    ['multipart/related; boundary="a\r\nb"', undefined],
    [undefined, undefined],
  ] as const;
  for (const [contentType, boundary] of boundaries) {
    it(`of ${JSON.stringify(contentType)?.slice(0, 60)} is ${boundary ?? 'none'}`, () => {
      assert.equal(boundaryOf(contentType), boundary);
    });
  }
});
