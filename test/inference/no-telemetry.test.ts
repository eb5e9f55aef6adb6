import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { networkNames, writeBatches } from '../../bench/pipeline/batches-file.ts';
import { checkConfig } from '../../src/config.ts';
import { loadPackages } from '../../src/inference/open-inference-engine.ts';
import { tensorShapes } from '../../src/inference/tensor-shapes.ts';
import { shippedModels } from './support/copy-models.ts';

const root = join(import.meta.dirname, '../..');
const cpu = { inference: { provider: 'cpu' } };
const moduleOf = (file: string) => JSON.stringify(pathToFileURL(join(root, file)).href);

describe("ONNX Runtime's telemetry keeps nothing in the home and temporary folders of a process", () => {
  it('that opens sessions in its main thread', async (t) => {
    assert.deepEqual(await leftBy(t, ['bench/start/networks-case.ts', JSON.stringify(cpu)]), []);
  });

  it('that opens a network by itself', async (t) => {
    const file = join(shippedModels, await firstNetwork());
    const script = `const { openQuietly } = await import(${moduleOf('src/inference/open-quietly.ts')});
      await (await openQuietly(${JSON.stringify(file)}, undefined)).release();`;
    assert.deepEqual(await leftBy(t, ['--eval', script]), []);
  });

  it('that has lanes', async (t) => {
    const script = `const { startLanes } = await import(${moduleOf('src/inference/open-lanes.ts')});
      const { loadPackages } = await import(${moduleOf('src/inference/open-inference-engine.ts')});
      const { checkConfig } = await import(${moduleOf('src/config.ts')});
      const { inference } = checkConfig(${JSON.stringify(cpu)});
      const lanes = await startLanes(await loadPackages(inference, ${JSON.stringify(shippedModels)}), inference);
      await lanes.ready;
      await lanes.close();`;
    assert.deepEqual(await leftBy(t, ['--eval', script]), []);
  });

  it('that measures the floor of the networks, in workers', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'lobar-no-telemetry-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const { inference } = checkConfig(cpu);
    const packages = await loadPackages(inference, shippedModels);
    const batches = networkNames.map((network) => {
      const dims = tensorShapes(packages[network].manifest).input;
      return { network, dims, data: new Float32Array(dims.reduce((a, b) => a * b, 1)) };
    });
    await writeBatches(folder, batches);
    const asked = JSON.stringify({ folder, ...cpu, lanes: 'one' });
    assert.deepEqual(await leftBy(t, ['bench/pipeline/floor-case.ts', asked]), []);
  });

  it('that profiles the networks, which leaves its profiles alone', async (t) => {
    const left = await leftBy(t, ['bench/profile/profile-networks.ts', 'cpu']);
    assert.deepEqual(
      left.map((name) => name.replace(/-[^-]*$/, '')),
      ['lobar-ort-profile'],
    );
  });

  it('and would, in a process that does not refuse', async (t) => {
    const file = join(shippedModels, await firstNetwork());
    const script = `const { InferenceSession } = (await import('onnxruntime-node')).default;
      await (await InferenceSession.create(${JSON.stringify(file)})).release();`;
    const left = await leftBy(t, ['--eval', script]);
    assert.ok(left.includes('.ses'), left.join(', '));
  });
});

async function firstNetwork(): Promise<string> {
  const found = await readdir(shippedModels, { recursive: true });
  const network = found.find((name) => name.endsWith('.onnx'));
  assert.ok(network);
  return network;
}

/** What is in the home and temporary folder of Node with `args` when it has ended. */
async function leftBy(t: TestContext, args: readonly string[]): Promise<string[]> {
  const home = await mkdtemp(join(tmpdir(), 'lobar-no-telemetry-'));
  t.after(() => rm(home, { recursive: true, force: true }));
  // Nothing of the environment of the tests, which may refuse by itself.
  const env = { PATH: process.env['PATH'], HOME: home, TMPDIR: home };
  execFileSync(process.execPath, args, { cwd: root, env });
  return await readdir(home);
}
