/**
 * Findings and masks are bit for bit what they were when they were recorded (fp32 and plain arithmetic at commit f1177dc,
 * INT8 at 8cdbbe8 with its new files): nothing that makes the pipeline faster may change them. A change that is meant to is recorded anew:
 * `LOBAR_RECORD_FINDINGS=true node --test test/regression/same-findings.test.ts && npm run format`; the commit says why.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { checkConfig } from '../../src/config.ts';
import { loadPackages, startInferenceEngine } from '../../src/inference/open-inference-engine.ts';
import { pipelineParameters } from '../../src/inference/pipeline-parameters.ts';
import { modelsFolderOf } from '../../src/inference/shipped-models-folder.ts';
import type { InferenceResult } from '../../src/inference/worker-protocol.ts';
import { runPipeline } from '../../src/pipeline/run-pipeline.ts';
import { completeSketch } from '../../src/pipeline/trees/complete-sketch.ts';
import { draftTrees } from '../../src/pipeline/trees/draft-trees.ts';
import { lungGrid } from '../../src/pipeline/trees/lung-grid.ts';
import type { CtVolume } from '../../src/volume/types.ts';
import { processorKind } from './support/processor-kind.ts';
import { regressionStudies } from './support/regression-studies.ts';
import { standInNetworks } from './support/stand-in-networks.ts';

interface Recorded {
  readonly findings: unknown;
  readonly warnings: readonly string[];
  readonly mostAffectedSlice: number | undefined;
  /** SHA-256 of the bytes. */
  readonly lobes: string;
  readonly opacities: string;
  readonly airways: string;
  readonly vessels: string;
}

const file = new URL('./same-findings.json', import.meta.url);
const isRecording = process.env['LOBAR_RECORD_FINDINGS'] === 'true';
const recorded = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Record<string, Recorded>>;
/** The files of the shipped packages that run: all as fp32, or as INT8 where there is one. */
const variants = ['none', 'auto'] as const;
type Variants = (typeof variants)[number];
const nameOf = { none: 'fp32', auto: 'int8' } as const satisfies Record<Variants, string>;
const { inference } = checkConfig({ inference: { provider: 'cpu' } });
const packages = await loadPackages(inference, modelsFolderOf(inference));
const parameters = pipelineParameters(packages);
const processor = processorKind();

describe('findings, bit for bit', () => {
  for (const { name, missing, volume: read } of regressionStudies) {
    describe(name, { skip: missing }, () => {
      let volume: CtVolume;
      before(async () => {
        volume = await read();
      });

      it('are what they were with networks that are plain arithmetic', async () => {
        const hooks = { onProgress: () => {}, throwIfCancelled: () => {} };
        const result = await runPipeline(volume, standInNetworks(parameters), parameters, {}, hooks);
        same('plain arithmetic', name, summary(volume, result));
      });

      for (const which of variants) {
        it(`are what they were with the shipped networks as ${nameOf[which]}`, async (test) => {
          const kind = `${processor}, ${nameOf[which]}`;
          const result = summary(volume, await analysed(volume, which));
          if (isRecording || recorded[kind]?.[name] !== undefined) return same(kind, name, result);
          // The order of additions in the ONNX runtime differs between processors, and with it the last bits.
          test.diagnostic(`nothing is recorded for ${kind}: compared within 1e-3 to another processor`);
          const others = Object.entries(recorded).find(([key]) => key.endsWith(`, ${nameOf[which]}`));
          const other = others?.[1][name];
          assert.ok(other !== undefined);
          assertNear(result.findings, other.findings);
          assert.deepEqual(result.warnings, other.warnings);
        });
      }
    });
  }

  after(() => {
    if (isRecording) writeFileSync(file, `${JSON.stringify(recorded, null, 2)}\n`);
  });
});

async function analysed(volume: CtVolume, which: Variants): Promise<InferenceResult> {
  const engine = await startInferenceEngine(packages, { ...inference, variants: which });
  try {
    return await engine.analyse(volume, { keepMasks: true });
  } finally {
    await engine.close();
  }
}

function same(kind: string, name: string, found: Recorded): void {
  if (isRecording) recorded[kind] = { ...recorded[kind], [name]: found };
  // As JSON: a number is written with all its digits.
  assert.deepEqual(JSON.parse(JSON.stringify(found)), recorded[kind]?.[name]);
}

function summary(volume: CtVolume, result: InferenceResult): Recorded {
  assert.ok(result.kind === 'found' && result.masks !== undefined);
  const { findings, masks, warnings, mostAffectedSlice } = result;
  const lungs = lungGrid(volume, masks.lobes);
  const trees = lungs && completeSketch(draftTrees(volume, lungs), masks.opacities);
  return {
    ...{ findings, mostAffectedSlice, warnings: warnings.map(({ code }) => code) },
    lobes: sha256(masks.lobes.data),
    opacities: sha256(masks.opacities.data),
    airways: sha256(trees?.airways),
    vessels: sha256(trees?.vessels),
  };
}

function sha256(data: Uint8Array | Float32Array = new Uint8Array()): string {
  return createHash('sha256')
    .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .digest('hex');
}

function assertNear(found: unknown, expected: unknown, path = 'findings'): void {
  if (typeof expected === 'number') {
    const tolerance = 1e-3 * Math.max(1, Math.abs(expected));
    assert.ok(Math.abs((found as number) - expected) <= tolerance, `${path}: ${found}, not ${expected}`);
  } else if (typeof expected === 'object' && expected !== null) {
    for (const [key, value] of Object.entries(expected))
      assertNear((found as Record<string, unknown>)[key], value, `${path}.${key}`);
  } else assert.equal(found, expected, path);
}
