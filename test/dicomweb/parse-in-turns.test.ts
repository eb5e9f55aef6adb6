import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseInTurns } from '../../src/dicomweb/parse-in-turns.ts';

/** White space in front, which makes any text a large one. */
const large = (text: string) => ' '.repeat(300_000) + text;
const noTurn = async () => undefined;

describe('A large dataset that is parsed in turns', () => {
  it('is what JSON.parse makes of it', async () => {
    const item = {
      '00209111': { vr: 'SQ', Value: [{ '00209056': { vr: 'SH', Value: ['{"[', '\\"}]'] } }, {}] },
      '00200032': { vr: 'DS', Value: [-1.5, null, 1e3] },
    };
    const dataset = {
      '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Doe^Jane "{[" \\' }, { item: 0 }] },
      '52009229': { vr: 'SQ', Value: [] },
      '52009230': { vr: 'SQ', Value: [item, item, {}] },
    };
    assert.deepEqual(await parseInTurns(large(JSON.stringify(dataset)), noTurn), dataset);
  });

  it('is so for any JSON, the shape of a dataset or not', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json({ maxDepth: 6 }), async (text) => {
        assert.deepEqual(await parseInTurns(large(text), noTurn), JSON.parse(text));
      }),
      { numRuns: 300 },
    );
  });

  it('is refused as JSON.parse refuses it', async () => {
    const text = '{"52009230":{"vr":"SQ","Value":[{"a":[1]},{"b":"x"}]}}';
    for (let end = 0; end < text.length; end += 1) {
      await assert.rejects(parseInTurns(large(text.slice(0, end)), noTurn), SyntaxError, `ends at ${end}`);
    }
    for (const wrong of ['{"a":{"b":[{]}]}}', '{"a":{"b":[{"c":1} {"d":2}]}}', '{"a":{"b":[{"c":1]}]}}']) {
      await assert.rejects(parseInTurns(large(wrong), noTurn), SyntaxError, wrong);
    }
  });

  it('gives a turn after each item and each stretch of text', async () => {
    let turns = 0;
    const count = async () => {
      turns += 1;
    };
    const items = Array.from({ length: 100 }, () => ({ a: 'x'.repeat(5000) }));
    await parseInTurns(JSON.stringify({ '52009230': { vr: 'SQ', Value: items } }), count);
    assert.ok(turns > 100 + 5, `${turns} turns`);
  });
});
