import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { checkConfig } from '../../src/config.ts';
import { type InferenceEngine, openInferenceEngine } from '../../src/inference/open-inference-engine.ts';
import { chestVolume } from './support/chest-volume.ts';
import { copyModelsThatHang, shippedModels } from './support/copy-models.ts';

const script = fileURLToPath(new URL('./support/dying-engine.ts', import.meta.url));

/** What support/dying-engine.ts heard, and how its process ended: by itself, or `killed` here as it did not. */
async function dyingEngine(name: string, ...args: readonly string[]) {
  return new Promise<{ heard: unknown; code: number | null; signal: string | null; killed: boolean }>(
    (resolve) => {
      const child = execFile(
        process.execPath,
        [script, name, ...args],
        { timeout: 60_000 },
        (_, stdout, stderr) => {
          const { heard } = JSON.parse(stdout || JSON.stringify({ heard: stderr })) as { heard: unknown };
          resolve({ heard, code: child.exitCode, signal: child.signalCode, killed: child.killed });
        },
      );
    },
  );
}

const byItself = { code: 0, signal: null, killed: false };

describe('an inference engine of which a thread is gone while it starts', { concurrency: 1 }, () => {
  for (const [name, code] of [
    ['no pipeline', 'ERR_INVALID_URL_SCHEME'],
    ['pipeline throws', 'inference-failed'],
    ['pipeline ends once ready', 'inference-failed'],
    ['second lane refuses', 'model-load-failed'],
  ] as const) {
    it(`refuses and leaves no thread behind: ${name}`, async () => {
      assert.deepEqual(await dyingEngine(name), { heard: code, ...byItself });
    });
  }
});

describe('an inference engine of which a thread is gone while it serves', () => {
  it('fails all requests when a lane dies, says so, and can be closed', async () => {
    const { heard, ...end } = await dyingEngine('lane dies');
    const { message, ...codes } = heard as { message: string };
    assert.deepEqual(codes, { codes: ['inference-failed', 'inference-failed'], later: 'inference-failed' });
    assert.match(message, /The inference worker failed: it threw an error that nobody caught/);
    assert.deepEqual(end, byItself);
  });

  it('can be closed while a lane hangs in a run', async (t) => {
    const modelsFolder = await copyModelsThatHang(t);
    const { heard, ...end } = await dyingEngine('lane hangs', modelsFolder);
    const { code, message } = heard as { code: string; message: string };
    assert.equal(code, 'inference-failed');
    assert.match(message, /no progress for 3 s in stage classify/);
    assert.deepEqual(end, { code: null, signal: 'SIGKILL', killed: false }, 'it ended itself');
  });
});

describe('an inference engine whose lanes have batches on their way', () => {
  let engine: InferenceEngine;
  const { inference } = checkConfig({ inference: { provider: 'cpu', lanes: 2 } });
  before(async () => {
    engine = await openInferenceEngine(inference, { modelsFolder: shippedModels });
  });
  after(() => engine.close());

  const found = async (options: Parameters<InferenceEngine['analyse']>[1] = {}) => {
    const result = await engine.analyse(chestVolume(), { keepMasks: true, ...options });
    assert.ok(result.kind === 'found');
    const { findings, masks } = result;
    return { findings, masks };
  };

  it('stops in the middle of the opacities, and the next study is as if it had not been there', async () => {
    const alone = await found();
    const abort = new AbortController();
    const told: number[] = [];
    const stopped = found({
      signal: abort.signal,
      onProgress: (stage, fraction) => {
        if (stage !== 'opacities') return;
        told.push(fraction);
        abort.abort();
      },
    });
    const next = found();
    await assert.rejects(stopped, { code: 'cancelled' });
    assert.ok(told.length > 0 && !told.includes(1), `${told}`);
    assert.deepEqual(await next, alone);
  });

  it('when closed in the middle of a run, finishes it and takes no other', async () => {
    let closed: Promise<void> | undefined;
    const running = found({
      onProgress: (stage) => {
        if (stage === 'opacities') closed ??= engine.close();
      },
    });
    const { findings } = await running;
    assert.ok(findings.involvement.lungMl > 0);
    assert.ok(closed !== undefined, 'it was closed in the middle');
    await closed;
    await assert.rejects(engine.analyse(chestVolume()), { code: 'shutting-down' });
  });
});
