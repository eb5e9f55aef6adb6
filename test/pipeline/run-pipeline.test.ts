import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runPipeline } from '../../src/pipeline/run-pipeline.ts';
import type { Network, PipelineHooks, Stage } from '../../src/pipeline/types.ts';
import type { LabelMap } from '../../src/volume/types.ts';
import { volumeOf } from '../support/small-volume.ts';
import {
  chest,
  hooks,
  huAt,
  networks,
  parameters,
  shape,
  spacingMm,
  truth,
} from './support/geometric-chest.ts';

const never: Network = () => assert.fail('a network was asked that should not be');

function assertNear(found: number, expected: number, share: number): void {
  assert.ok(Math.abs(found - expected) <= share * expected, `${found} is not near ${expected}`);
}

describe('the pipeline', () => {
  it('finds the opacity where it is, scores it and classifies the scan', async () => {
    const result = await runPipeline(chest, networks, parameters, {}, hooks);
    assert.ok(result.kind === 'found');
    const { classification, involvement, severity } = result.findings;
    assert.deepEqual(classification, {
      decision: 'covid-19',
      probabilities: { 'covid-19': 0.75, 'other-infection': 0.125, 'no-imaging-signs': 0.125 },
    });
    assertNear(involvement.lungMl, truth.lungMl, 0.05);
    assertNear(involvement.opacityMl, truth.opacityMl, 0.05);
    assertNear(involvement.percent, (truth.opacityMl / truth.lungMl) * 100, 0.08);
    assert.equal(involvement.left.opacityMl, 0);
    assert.equal(involvement.right.opacityMl, involvement.opacityMl);
    // The cube lies in rows 42 to 53, all of them of the middle lobe, and is about a tenth of it: score 2.
    assert.deepEqual(
      involvement.lobes.map(({ lobe, score }) => [lobe, score]),
      [
        ['RUL', 0],
        ['RML', 2],
        ['RLL', 0],
        ['LUL', 0],
        ['LLL', 0],
      ],
    );
    assert.deepEqual(severity, { score: 2, band: 'mild' });
  });

  it('tells of the lobes once they are known, where there is enough lung', async () => {
    const told: unknown[] = [];
    const telling = {
      ...hooks,
      onProgress: (stage: Stage, fraction: number) => told.push(`${stage} ${fraction}`),
      onLobes: (lobes: LabelMap) => told.push(lobes),
    };
    const result = await runPipeline(chest, networks, parameters, {}, telling);
    assert.equal(result.kind, 'found');
    if (result.kind !== 'found') return;
    assert.equal(told.indexOf(result.masks.lobes), told.indexOf('classify 0') + 1);
    told.length = 0;
    await runPipeline(chest, networks, parameters, { minLungMl: 1e6 }, telling);
    assert.deepEqual(
      told.filter((one) => typeof one !== 'string'),
      [],
    );
  });

  it('gives masks on the grid of the volume and the slice that is most affected', async () => {
    const result = await runPipeline(chest, networks, parameters, {}, hooks);
    assert.ok(result.kind === 'found');
    const { masks, mostAffectedSlice = -1 } = result;
    assert.deepEqual(masks.lobes.shape, shape);
    assert.deepEqual(masks.opacities.shape, shape);
    assert.ok(masks.opacities.data.every((voxel, i) => voxel === 0 || masks.lobes.data[i] !== 0));
    // The cube spans |z| < 24 mm around slice 15.5.
    assert.ok(mostAffectedSlice >= 12 && mostAffectedSlice <= 19, `slice ${mostAffectedSlice}`);
  });

  it('tells each stage from 0 to 1 once, in order, and never backwards', async () => {
    const told: [Stage, number][] = [];
    const onProgress = (stage: Stage, fraction: number) => told.push([stage, fraction]);
    await runPipeline(chest, networks, parameters, {}, { ...hooks, onProgress });
    const ends = told.filter(([, fraction]) => fraction === 0 || fraction === 1);
    assert.deepEqual(ends, [
      ['lungs', 0],
      ['lungs', 1],
      ['classify', 0],
      ['classify', 1],
      ['opacities', 0],
      ['opacities', 1],
      ['quantify', 0],
      ['quantify', 1],
    ]);
    for (const [i, [stage, fraction]] of told.entries()) {
      const [before, previous] = told[i - 1] ?? [];
      assert.ok(before !== stage || fraction > (previous ?? -1));
    }
  });

  it('times every stage by the clock it is given', async () => {
    let ms = 0;
    const now = () => {
      ms += 10;
      return ms;
    };
    const result = await runPipeline(chest, networks, parameters, { now }, hooks);
    assert.deepEqual(result.timingsMs, { lungs: 10, classify: 10, opacities: 10, quantify: 10 });
  });

  it('stops after the lungs when there is less of them than asked for', async () => {
    const lungsOnly = { ...networks, classifier: never, opacities: never };
    const result = await runPipeline(chest, lungsOnly, parameters, { minLungMl: 20_000 }, hooks);
    assert.ok(result.kind === 'too-little-lung');
    assertNear(result.lungMl, truth.lungMl, 0.05);
    assert.equal(result.timingsMs.classify, 0);
  });

  it('goes on when there is enough', async () => {
    const result = await runPipeline(chest, networks, parameters, { minLungMl: 500 }, hooks);
    assert.equal(result.kind, 'found');
  });

  it('finds nothing, and divides by nothing, in a volume without lungs', async () => {
    const block = volumeOf(shape, spacingMm, (z, y, x) => Math.max(40, huAt(z, y, x)));
    const result = await runPipeline(block, { ...networks, opacities: never }, parameters, {}, hooks);
    assert.ok(result.kind === 'found');
    const { involvement, severity } = result.findings;
    assert.deepEqual([involvement.lungMl, involvement.opacityMl, involvement.percent], [0, 0, 0]);
    assert.deepEqual(severity, { score: 0, band: 'none' });
    assert.equal('mostAffectedSlice' in result, false);
  });

  it('stops where it is when it is cancelled', async () => {
    let stage: Stage | undefined;
    const cancelling: PipelineHooks = {
      onProgress: (of) => {
        stage = of;
      },
      throwIfCancelled: () => {
        if (stage === 'classify') throw new Error('cancelled');
      },
    };
    const uptoClassify = { ...networks, classifier: never, opacities: never };
    await assert.rejects(runPipeline(chest, uptoClassify, parameters, {}, cancelling), {
      message: 'cancelled',
    });
  });

  it('passes on the failure of a network', async () => {
    const failing: Network = async () => ({ data: new Float32Array(3), dims: [1, 3] });
    await assert.rejects(runPipeline(chest, { ...networks, classifier: failing }, parameters, {}, hooks), {
      code: 'inference-failed',
    });
  });
});
