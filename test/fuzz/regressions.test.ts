import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { contentTypes } from './framing.ts';
import { openKitchen, type Recipe } from './recipe.ts';
import { WatchedTarget } from './watched-target.ts';

const caps = { cpuMs: 2000, wallMs: 15_000, rssMb: 512 };
const target = new WatchedTarget(join(import.meta.dirname, 'target.ts'), [], caps);
after(() => target.close());
const kitchen = openKitchen();

const unhurt: Recipe = {
  surface: 'series',
  file: 'explicit-le.dcm',
  place: 'first',
  inside: false,
  mutations: [],
  other: 'explicit-le.dcm',
  framing: [],
  json: [],
  jsonAnswer: 'series',
  contentType: contentTypes[0] ?? '',
  chunkBytes: 4096,
};

const outcomeOf = async (change: Partial<Recipe>) => {
  const { report, fault } = await target.run(kitchen.cook({ ...unhurt, ...change }));
  assert.equal(fault, undefined, fault?.text);
  return report?.outcome;
};

describe('an unhurt input', () => {
  for (const surface of ['series', 'files', 'multipart', 'pacs'] as const) {
    it(`becomes a volume by way of ${surface}`, async () => {
      assert.equal(await outcomeOf({ surface }), 'volume');
    });
  }
});

/** What the fuzzer found, each made from the phantom again; the outcome is the code it must end with. */
const found: Readonly<Record<string, Partial<Recipe> & { readonly outcome: string }>> = {
  'a PACS lists a series whose UID is an array of arrays, thousands deep': {
    surface: 'pacs',
    json: [{ kind: 'deep', tag: '0020000D', depth: 100_000, object: false }],
    outcome: 'pacs-response-invalid',
  },
  'a PACS lists a series whose UID is an object that cannot be made text': {
    surface: 'pacs',
    json: [{ kind: 'value', tag: '0020000D', json: '{"toString":1,"valueOf":1}' }],
    outcome: 'pacs-response-invalid',
  },
};

describe('an input that the fuzzer found', () => {
  for (const [what, { outcome, ...recipe }] of Object.entries(found)) {
    it(`is refused: ${what}`, async () => {
      assert.equal(await outcomeOf(recipe), outcome);
    });
  }
});
