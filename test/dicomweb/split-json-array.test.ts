import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { NotAnArrayOfObjects, splitJsonArray } from '../../src/dicomweb/split-json-array.ts';

async function* streamOf(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

/** The body in pieces of these sizes, over and over. */
function cut(body: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0, turn = 0; at < body.length; turn += 1) {
    const size = sizes[turn % sizes.length] as number;
    chunks.push(body.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

async function split(chunks: readonly Uint8Array[]): Promise<string[]> {
  const texts: string[] = [];
  for await (const text of splitJsonArray(streamOf(chunks))) texts.push(text);
  return texts;
}

describe('A JSON array of objects, split as it arrives', () => {
  it('gives its objects, whatever braces, quotes and backslashes stand in their strings', async () => {
    const objects = ['{"a":"}{[]\\"\\\\"}', '{ "b" : {"c":[{"d":"\\u007d"}]} }', '{}', '{"é":"東"}'];
    const body = Buffer.from(` [ ${objects.join(' ,\r\n')} ]\n`);
    for (let at = 0; at <= body.length; at += 1) {
      assert.deepEqual(await split([body.subarray(0, at), body.subarray(at)]), objects, `cut at ${at}`);
    }
  });

  it('may be empty', async () => {
    assert.deepEqual(await split([Buffer.from(' [ ] ')]), []);
  });

  // Another parser says what is expected: JSON.parse of the whole.
  it('holds what JSON.parse finds in the whole, in any pieces', async () => {
    const objects = fc.array(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), {
      maxLength: 6,
    });
    const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(objects, sizes, fc.constantFrom(undefined, 2), async (values, cuts, indent) => {
        const text = JSON.stringify(values, undefined, indent);
        const texts = await split(cut(Buffer.from(text), cuts));
        assert.deepEqual(
          texts.map((one) => JSON.parse(one)),
          JSON.parse(text),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('is none when it is something else, has something else in it, around it, or is not all there', async () => {
    const others = ['', ' ', '{}', '"[{}]"', 'null', '[1]', '["{}"]', '[[{}]]', '[{},]', '[,{}]', '[{}{}]'];
    const broken = ['[', '[{}', '[{},', '[{"a":"}', '[{"a":"\\"}', '[{}]]', '[{}],', '[{}] x', '\ufeff[{}]'];
    for (const text of [...others, ...broken]) {
      await assert.rejects(split([Buffer.from(text)]), NotAnArrayOfObjects, text);
    }
  });

  it('gives each object as soon as its last byte is there', async () => {
    let asked = 0;
    async function* chunks() {
      for (const text of ['[{"a":1}', ',{"b":', '2}]']) {
        asked += 1;
        yield Buffer.from(text);
      }
    }
    const texts = splitJsonArray(chunks());
    assert.deepEqual([(await texts.next()).value, asked], ['{"a":1}', 1]);
    assert.deepEqual([(await texts.next()).value, asked], ['{"b":2}', 3]);
  });
});
