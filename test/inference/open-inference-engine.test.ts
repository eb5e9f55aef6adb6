import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { InferenceConfig } from '../../src/config-schema.ts';
import type { Notice } from '../../src/errors.ts';
import { type InferenceEngine, openInferenceEngine } from '../../src/inference/open-inference-engine.ts';
import { addVariant } from './support/add-variant.ts';
import { chestVolume } from './support/chest-volume.ts';
import { copyModels, editManifest, shippedModels } from './support/copy-models.ts';
import { inEightBits, pixelwise, volumeClassifier } from './support/tiny-networks.ts';

const config: InferenceConfig = {
  provider: 'cpu',
  variants: 'auto',
  threads: 2,
  lanes: 0,
  decodeThreads: 1,
  stallSeconds: 120,
  lungsLobes: 'lungs-lobes-phantom',
  classifier: 'classifier-phantom',
  opacities: 'opacities-phantom',
};

/** ONNX Runtime brings no CUDA library of its own; one that was put beside it may work here. */
const cudaLibrary = join(
  dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json')),
  `bin/napi-v6/${process.platform}/${process.arch}/libonnxruntime_providers_cuda.so`,
);
const cudaMayWork = existsSync(cudaLibrary) && 'a CUDA library lies beside ONNX Runtime';

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: { code?: string }) => error.code,
  );

describe('the inference engine', () => {
  let engine: InferenceEngine;
  const ran: { provider: string; seconds: number }[] = [];
  before(async () => {
    engine = await openInferenceEngine(config, {
      modelsFolder: shippedModels,
      onInference: (run) => void ran.push(run),
    });
  });
  after(() => engine.close());

  test('names its models, their checksums and the provider that runs them', () => {
    assert.deepEqual(
      engine.models.map(({ task, name, executionProvider }) => [task, name, executionProvider]),
      [
        ['lungs-lobes', 'lungs-lobes-phantom', 'cpu'],
        ['classifier', 'classifier-phantom', 'cpu'],
        ['opacities', 'opacities-phantom', 'cpu'],
      ],
    );
    assert.deepEqual(engine.notices, []);
  });

  test('runs the whole pipeline, telling every stage from 0 to 1', async () => {
    const told: string[] = [];
    assert.equal(ran.length, 0, 'warming up is no run');
    const result = await engine.analyse(chestVolume(), {
      onProgress: (stage, fraction) => {
        if (fraction === 0 || fraction === 1) told.push(`${stage} ${fraction}`);
      },
    });
    assert.deepEqual(
      [...new Set(told)],
      ['lungs', 'classify', 'opacities', 'quantify'].flatMap((stage) => [`${stage} 0`, `${stage} 1`]),
    );
    assert.ok(result.kind === 'found');
    assert.equal(result.masks, undefined, 'masks are kept only where they are asked for');
    const { lungs, classify, opacities } = result.timingsMs;
    assert.deepEqual(
      ran.map(({ provider }) => provider),
      ['cpu'],
    );
    const inNetworksMs = (ran[0]?.seconds ?? 0) * 1000;
    assert.ok(inNetworksMs > 0 && inNetworksMs < lungs + classify + opacities, `${inNetworksMs} ms`);
    const { probabilities } = result.findings.classification;
    const sum = Object.values(probabilities).reduce((total, p) => total + p, 0);
    assert.ok(Math.abs(sum - 1) < 1e-5);
  });

  test('serves two requests in line, the second with masks, and stops an aborted one', async () => {
    const abort = new AbortController();
    const [plain, stopped, masked] = await Promise.all([
      engine.analyse(chestVolume(), { minLungMl: 20_000 }),
      codeOf(engine.analyse(chestVolume(), { signal: abort.signal, onProgress: () => abort.abort() })),
      engine.analyse(chestVolume(), { keepMasks: true }),
    ]);
    assert.equal(plain.kind, 'too-little-lung');
    assert.equal(stopped, 'cancelled');
    assert.ok(masked.kind === 'found');
    // Two ellipsoids of half axes 8 x 15, 28 x 3 and 18 x 3 mm: 2 x 4/3 pi 120 x 84 x 54 mm3 = 4.56 L.
    const { lungMl } = masked.findings.involvement;
    assert.ok(Math.abs(lungMl - 4560) < 456, `${lungMl} mL`);
    const voxels = masked.masks?.lobes.data.reduce((count, label) => count + (label > 0 ? 1 : 0), 0) ?? 0;
    assert.ok(Math.abs((voxels * 15 * 3 * 3) / 1000 - lungMl) < 1e-6);
  });
});

describe('a variant of a model for the provider in use', () => {
  const name = 'opacities-phantom';
  /** Sigmoid of 20 is 1: all lung is opaque, which the main file never says. */
  const everything = inEightBits(pixelwise([[0, 20]], 'Sigmoid'));
  const lookedAt = async (modelsFolder: string, change: Partial<InferenceConfig>) => {
    const engine = await openInferenceEngine({ ...config, ...change }, { modelsFolder });
    try {
      const result = await engine.analyse(chestVolume());
      assert.ok(result.kind === 'found');
      const { percent } = result.findings.involvement;
      return { models: engine.models, percent };
    } finally {
      await engine.close();
    }
  };

  test('runs instead of the main file, and its checksum and precision are named', async (t) => {
    const modelsFolder = await copyModels(t);
    const { sha256 } = await addVariant(join(modelsFolder, name), everything);
    // auto comes to run on the CPU here, where CUDA is not; beside a CUDA library only cpu is sure to.
    const { models, percent } = await lookedAt(modelsFolder, { provider: cudaMayWork ? 'cpu' : 'auto' });
    assert.equal(percent, 100);
    assert.deepEqual(
      models.map((model) => [model.task, model.precision]),
      [
        ['lungs-lobes', 'int8'],
        ['classifier', undefined],
        ['opacities', 'int8'],
      ],
    );
    assert.equal(models[2]?.sha256, sha256);
  });

  test('does not run where the configuration refuses it, or on another provider', async (t) => {
    const modelsFolder = await copyModels(t);
    const manifest = JSON.parse(await readFile(join(modelsFolder, name, 'manifest.json'), 'utf8')) as {
      sha256: string;
    };
    for (const [provider, variants] of [
      ['cpu', 'none'],
      ['cuda', 'auto'],
    ] as const) {
      await addVariant(join(modelsFolder, name), everything, { provider });
      const { models, percent } = await lookedAt(modelsFolder, { variants });
      assert.ok(percent < 100, `${percent} %`);
      assert.equal(models[2]?.sha256, manifest.sha256);
      assert.equal(models[2]?.precision, undefined);
    }
  });

  test('refuses the start by its name where it does not load or is another network', async (t) => {
    const modelsFolder = await copyModels(t);
    const home = join(modelsFolder, name);
    const loaded = pixelwise([[20, -10]], 'Sigmoid');
    await addVariant(home, { ...loaded, nodes: [{ op: 'NoSuchOperator', inputs: ['x'], outputs: ['p'] }] });
    await assert.rejects(openInferenceEngine(config, { modelsFolder }), {
      code: 'model-load-failed',
      message: /'opacities-phantom' does not load on cpu: its int8 file int8.onnx: /,
    });
    await addVariant(home, volumeClassifier);
    await assert.rejects(openInferenceEngine(config, { modelsFolder }), {
      code: 'model-manifest-invalid',
      message: /\/inputs says x float32 .*, the ONNX graph of int8.onnx has x float32 \[b, 1, d, h, w\]/,
    });
  });
});

describe('an inference engine that cannot be as it was asked for', () => {
  test('refuses to start on anything but a required CUDA', { skip: cudaMayWork }, async () => {
    const opening = openInferenceEngine({ ...config, provider: 'cuda' }, { modelsFolder: shippedModels });
    await assert.rejects(opening, { code: 'provider-unavailable', message: /'cuda' is required/ });
  });

  test('takes the CPU for auto where CUDA is missing, and says so', { skip: cudaMayWork }, async () => {
    const notices: Notice[] = [];
    const engine = await openInferenceEngine(
      { ...config, provider: 'auto' },
      { modelsFolder: shippedModels, onNotice: (notice) => notices.push(notice) },
    );
    assert.deepEqual(
      notices.map(({ code }) => code),
      ['provider-fallback'],
    );
    assert.deepEqual(engine.notices, notices);
    assert.match(notices[0]?.text ?? '', /^Inference runs on cpu: cuda is not available/);
    assert.deepEqual(new Set(engine.models.map((model) => model.executionProvider)), new Set(['cpu']));
    await engine.close();
  });

  test('refuses a file with another checksum before anything is loaded', async (t) => {
    const modelsFolder = await copyModels(t);
    await appendFile(join(modelsFolder, 'classifier-phantom', 'classifier.onnx'), '\0');
    assert.equal(await codeOf(openInferenceEngine(config, { modelsFolder })), 'model-checksum-mismatch');
  });

  test('refuses a file that is no ONNX graph by its name', async (t) => {
    const modelsFolder = await copyModels(t);
    await writeFile(join(modelsFolder, 'classifier-phantom', 'classifier.onnx'), 'not a graph');
    const sha256 = createHash('sha256').update('not a graph').digest('hex');
    await editManifest(modelsFolder, 'classifier-phantom', (m) => ({ ...m, sha256 }));
    await assert.rejects(openInferenceEngine(config, { modelsFolder }), {
      code: 'model-load-failed',
      message: /'classifier-phantom' does not load on cpu/,
    });
  });

  test('refuses a manifest that describes another graph', async (t) => {
    const modelsFolder = await copyModels(t);
    await editManifest(modelsFolder, 'classifier-phantom', (m) => ({
      ...m,
      inputs: [{ name: 'image', type: 'float32', shape: ['b', 1, 'd', 'h', 'w'] }],
    }));
    await assert.rejects(openInferenceEngine(config, { modelsFolder }), {
      code: 'model-manifest-invalid',
      message: /\/inputs says image float32 \[b, 1, d, h, w\], the ONNX graph has x float32/,
    });
  });
});
