import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { readJpeg2000Header } from '../../src/dicom/codecs/jpeg-2000-header.ts';
import { decodeFrame, lazyCodecs } from '../../src/dicom/decode-frame.ts';
import type { InstanceHeader } from '../../src/dicom/instance-header.ts';
import { parseInstance } from '../../src/dicom/parse-instance.ts';
import { pixelFrames } from '../../src/dicom/pixel-frames.ts';
import { sharedData, sharedDataMissing } from '../support/shared-data.ts';
import { codeStream } from './support/codec-file.ts';
import { encapsulated, limits } from './support/ct-file.ts';
import { damage, endedAt } from './support/damage.ts';
import { sliceHeader } from './support/headers.ts';

const codecs = lazyCodecs();
const refused = { code: 'decode-failed' } as const;
const htj2k = ['201', '202', '203'].map((last) => `1.2.840.10008.1.2.4.${last}`);
const signed16 = { bitsStored: 16, highBit: 15, pixelRepresentation: 1 } as const;

/** Marker segments of a main header of 4 x 4 pixels in tiles of 2 x 2, and tile-parts of it. */
function stream({
  siz = {},
  cod = coding(),
  parts = [0, 1, 2, 3].map((tile) => tilePart(tile)),
  end = [0xff, 0xd9],
} = {}) {
  const grid = { x: 4, y: 4, left: 0, top: 0, tileX: 2, tileY: 2, tileLeft: 0, tileTop: 0, ...siz };
  const head = Buffer.alloc(45);
  Buffer.from([0xff, 0x4f, 0xff, 0x51, 0, 41, 0, 0]).copy(head);
  const { x, y, left, top, tileX, tileY, tileLeft, tileTop } = grid;
  [x, y, left, top, tileX, tileY, tileLeft, tileTop].forEach((value, i) => {
    head.writeUInt32BE(value, 8 + 4 * i);
  });
  Buffer.from([0, 1, 0x8b, 1, 1]).copy(head, 40);
  return Buffer.concat([head, cod, ...parts, Buffer.from(end)]);
}

/** Marker segment COD (ITU-T T.800 A.6.1) of one decomposition level. */
function coding({ layers = 1, levels = 1, precincts = [] as readonly number[] } = {}): Buffer {
  const style = [precincts.length > 0 ? 1 : 0, 0, layers >> 8, layers & 255, 0, levels, 4, 4, 0, 1];
  return Buffer.from([0xff, 0x52, 0, 12 + precincts.length, ...style, ...precincts]);
}

/** A tile-part of 20 bytes (ITU-T T.800 A.4.2); `length` is what it declares. */
function tilePart(tile: number, { length = 20, part = 0, of = 1, first = [0xff, 0x93] } = {}): Buffer {
  const bytes = Buffer.alloc(20);
  Buffer.from([0xff, 0x90, 0, 10, 0, tile, 0, 0, 0, length, part, of, ...first]).copy(bytes);
  return bytes;
}

describe('a JPEG 2000 code stream', () => {
  it('is known by its main header', () => {
    const expected = { rows: 4, columns: 4, components: 1, precision: 12, isSigned: true };
    assert.deepEqual(readJpeg2000Header(stream()), { ...expected, isHighThroughput: false });
    // Part of the reference grid is left out.
    const offset = stream({ siz: { x: 5, left: 1, tileLeft: 1 } });
    assert.deepEqual(readJpeg2000Header(offset), { ...expected, isHighThroughput: false });
  });

  it('may leave open how long its last tile-part is and how many there are, and may be padded', () => {
    const parts = [0, 1, 2].map((tile) => tilePart(tile, { of: 0 }));
    const open = stream({ parts: [...parts, tilePart(3, { length: 0, of: 0 })], end: [0xff, 0xd9, 0] });
    assert.equal(typeof readJpeg2000Header(open), 'object');
  });

  it('may have its tiles in turns', () => {
    const parts = [0, 1, 2, 3, 2, 0].map((tile, i) =>
      tilePart(tile, { part: i > 3 ? 1 : 0, of: i > 3 ? 2 : 0 }),
    );
    assert.equal(typeof readJpeg2000Header(stream({ parts })), 'object');
  });

  it('may end with its last tile-part where that says its length', () => {
    assert.equal(typeof readJpeg2000Header(stream({ end: [] })), 'object');
  });

  const four = [0, 1, 2, 3].map((tile) => tilePart(tile));
  const wrong: Readonly<Record<string, Uint8Array>> = {
    'is of another kind': Buffer.from([0xff, 0xd8, 0xff, 0xc3]),
    'has no tile-parts': stream({ parts: [] }),
    'lacks a tile': stream({ parts: four.slice(1) }),
    'lacks a tile-part': stream({ parts: [tilePart(0, { of: 2 }), ...four.slice(1)] }),
    'has a tile too many': stream({ parts: [...four, tilePart(4)] }),
    'has a tile-part twice': stream({ parts: [...four, tilePart(0)] }),
    'has tile-parts that contradict one another': stream({
      parts: [tilePart(0, { of: 2 }), ...four.slice(1), tilePart(0, { part: 1, of: 3 })],
    }),
    'has a tile-part without content': stream({ parts: [...four.slice(0, 3), tilePart(3, { length: 12 })] }),
    'has a tile-part longer than itself': stream({
      parts: [...four.slice(0, 3), tilePart(3, { length: 23 })],
    }),
    'has a tile-part of open length and no end': stream({
      parts: [...four.slice(0, 3), tilePart(3, { length: 0 })],
      end: [],
    }),
    'goes on behind its end': Buffer.concat([stream(), Buffer.from([1, 2, 3])]),
    'does not say how it is coded': stream({ cod: Buffer.alloc(0) }),
    'says twice how it is coded': stream({ cod: Buffer.concat([coding(), Buffer.from([0xff, 0x53, 0, 2])]) }),
    'has more levels than there can be': stream({ cod: coding({ levels: 33 }) }),
    'has no layer': stream({ cod: coding({ layers: 0 }) }),
    'has fewer precinct sizes than levels': stream({ cod: coding({ levels: 2, precincts: [0x11] }) }),
    // 2 resolutions x 80 layers for 141 bytes; 1 + 4 precincts of 2 x 2 x 40 layers.
    'has more packets than bytes': stream({ cod: coding({ layers: 80 }) }),
    'has more precincts than bytes': stream({ cod: coding({ layers: 40, precincts: [0x11, 0x11] }) }),
    'has a tile coded in its own way': stream({
      parts: [...four.slice(0, 3), tilePart(3, { first: [0xff, 0x52] })],
    }),
    'has a tile-part whose header does not end': stream({
      parts: [...four.slice(0, 3), tilePart(3, { first: [0xff, 0x64] })],
    }),
    'has no width': stream({ siz: { x: 0 } }),
    'has tiles of no width': stream({ siz: { tileX: 0 } }),
    'has millions of tiles': stream({ siz: { x: 65_536, y: 65_536 } }),
    'has tiles beside the image': stream({ siz: { tileLeft: 3, left: 2 } }),
  };
  for (const [what, bytes] of Object.entries(wrong)) {
    it(`is refused where it ${what}`, () => {
      assert.equal(typeof readJpeg2000Header(bytes), 'string');
    });
  }

  it('is refused wherever it is cut off', () => {
    const whole = stream();
    // Without its end marker every tile is there still.
    for (let length = 0; length < whole.length; length += 1) {
      const isWhole = length === whole.length - 2;
      assert.equal(typeof readJpeg2000Header(whole.subarray(0, length)) === 'object', isWhole, `${length}`);
    }
  });
});

describe('real JPEG 2000', { skip: sharedDataMissing }, () => {
  const slice = (last: string) =>
    parseInstance(
      readFileSync(
        sharedData('abdomen-j2k', `CT.1.3.12.2.1107.5.1.4.60064.30000022120808113428000016${last}.dcm`),
      ),
      limits,
    );

  // sha256 of the pixels as pydicom 3.0 decodes them, int16 or uint16 by PixelRepresentation.
  it('of unsigned 12 bits comes out bit by bit', async () => {
    for (const [last, expected] of [
      ['573', '70435c53d3d69164a5246d5836488d32c76e41aa1d85c6579f4bd63328434df3'],
      ['592', '5ef9decfab9f74c1bdeeb985c229e421b0e732ccb93bdbee34fc05f433d331ba'],
    ] as const) {
      const instance = slice(last);
      const words = await decodeFrame(pixelFrames(instance)(1), instance.header, codecs);
      assert.equal(sha256(words), expected);
    }
  });

  // The same stream with the sign in SIZ or in the header changed, decoded by pydicom 3.0.
  for (const [what, sign, pixelRepresentation, expected] of [
    ['unsigned', 0x0b, 1, 'a1081b386742892def8b4d00a4b73e1f21c45928e45d338c1156895f1cfd1224'],
    ['signed', 0x8b, 0, '0328d702e9f65a14b7012dbb314d47d15490e45628461634c7ae3f804f5d45b6'],
  ] as const) {
    it(`that says ${what} against its header is read as the header says`, async () => {
      const instance = slice('573');
      const coded = Uint8Array.from(pixelFrames(instance)(1));
      coded[42] = sign;
      const header = { ...instance.header, pixelRepresentation };
      assert.equal(sha256(await decodeFrame(coded, header, codecs)), expected);
    });
  }

  it('is refused where its end was put back, or its samples do not fit', async () => {
    for (const uid of ['1.2.840.10008.1.2.4.90', '1.2.840.10008.1.2.4.91']) {
      const { stream: whole, header } = await codeStream(uid);
      for (let length = 64; length < whole.length - 2; length += 640) {
        await assert.rejects(decodeFrame(endedAt(whole, length), header, codecs), refused, `at ${length}`);
      }
      const changes: readonly Partial<InstanceHeader>[] = [{ bitsAllocated: 8 }, { rows: 511 }];
      for (const change of changes) {
        await assert.rejects(decodeFrame(whole, { ...header, ...change }, codecs), refused);
      }
    }
  });
});

function sha256(words: Uint16Array): string {
  return createHash('sha256').update(words).digest('hex');
}

describe('real High-Throughput JPEG 2000', { skip: sharedDataMissing }, () => {
  const coded = (name: string) => Uint8Array.from(readFileSync(sharedData('htj2k', `${name}.j2c`)));
  const header = (change: Partial<InstanceHeader> = {}) =>
    sliceHeader(0, { ...signed16, transferSyntaxUid: '1.2.840.10008.1.2.4.201', ...change });

  for (const name of ['CT1', 'CT2']) {
    it(`comes out bit by bit in each of its transfer syntaxes: ${name}`, async () => {
      const pixels = readFileSync(sharedData('htj2k', `${name}.RAW`));
      for (const transferSyntaxUid of htj2k) {
        const own = header({ transferSyntaxUid });
        const bytes = encapsulated([coded(name)]);
        const frames = pixelFrames({ bytes, header: own, frames: [own], pixelData: { offset: 0 } });
        const words = await decodeFrame(frames(1), own, codecs);
        assert.ok(Buffer.from(words.buffer, words.byteOffset, words.byteLength).equals(pixels));
      }
    });
  }

  for (const [what, change] of Object.entries(damage)) {
    it(`is refused ${what}`, async () => {
      await assert.rejects(decodeFrame(change(coded('CT2')), header(), codecs), refused);
    });
  }

  it('is refused wherever it is cut off, also with its end put back', async () => {
    const whole = coded('CT2');
    for (let length = 0; length < whole.length - 2; length += 64) {
      await assert.rejects(decodeFrame(whole.subarray(0, length), header(), codecs), refused, `at ${length}`);
      await assert.rejects(decodeFrame(endedAt(whole, length), header(), codecs), refused, `at ${length}`);
    }
  });

  it('is refused under a JPEG 2000 syntax, and JPEG 2000 under its own', async () => {
    const own = header({ transferSyntaxUid: '1.2.840.10008.1.2.4.90' });
    await assert.rejects(decodeFrame(coded('CT1'), own, codecs), { message: /it is High-Throughput/ });
    const other = await codeStream('1.2.840.10008.1.2.4.90');
    const wrong = { ...other.header, transferSyntaxUid: '1.2.840.10008.1.2.4.201' };
    await assert.rejects(decodeFrame(other.stream, wrong, codecs), { message: /it is not High-Throughput/ });
  });
});
