import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { maskFiles } from './corpus.ts';
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
  series: 'sent',
  alone: 'multipart',
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

describe('an unhurt mask file', () => {
  for (const { name } of maskFiles()) {
    it(`is placed: ${name}`, async () => {
      assert.equal(await outcomeOf({ surface: 'mask', file: name }), 'placed');
    });
  }

  it('is quoted without control characters', async () => {
    // Within a number of `space directions`.
    const mutations: Recipe['mutations'] = [
      { kind: 'overwrite', region: 'anywhere', at: 274, size: 1, value: 0, little: false },
    ];
    assert.equal(
      await outcomeOf({ surface: 'mask', file: 'tilted-simpleitk.nrrd', mutations }),
      'mask-invalid',
    );
  });

  it('is not believed where it is cut', async () => {
    const mutations: Recipe['mutations'] = [{ kind: 'truncate', region: 'anywhere', at: 300 }];
    for (const file of ['tilted-raw.nrrd', 'qform-mirrored-int64.nii', 'binary.seg.dcm']) {
      assert.equal(await outcomeOf({ surface: 'mask', file, mutations }), 'mask-invalid', file);
    }
  });
});

describe('a PACS that does not send the series in one stream', () => {
  for (const series of ['refused', { brokenOffAfter: 0 }, { brokenOffAfter: 700 }] as const) {
    for (const alone of ['multipart', 'bare'] as const) {
      for (const place of ['first', 'last'] as const) {
        const how = `${JSON.stringify(series)}, ${alone}, mutated ${place}`;
        it(`still gives a volume: ${how}`, async () => {
          assert.equal(await outcomeOf({ surface: 'pacs', series, alone, place }), 'volume');
        });

        // 7 bytes are not the preamble of a DICOM file (PS3.10 7.1).
        it(`is not believed where an instance is cut: ${how}`, async () => {
          const mutations: Recipe['mutations'] = [{ kind: 'truncate', region: 'anywhere', at: 7 }];
          const outcome = await outcomeOf({ surface: 'pacs', series, alone, place, mutations });
          assert.equal(outcome, 'not-dicom');
        });
      }
    }
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
