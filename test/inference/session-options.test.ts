import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { sessionOptions } from '../../src/inference/session-options.ts';

describe('the options of a session', () => {
  it('keep memory for the next run but for a classifier on the CPU, which then answers the same', async () => {
    const path = fileURLToPath(new URL('../../models/classifier-phantom/classifier.onnx', import.meta.url));
    const dims = [1, 1, 32, 112, 112];
    const data = new Float32Array(32 * 112 * 112).map((_, i) => Math.sin(i * i));
    const answers = [sessionOptions('cpu', 1, undefined), sessionOptions('cpu', 1, 'classifier')].map(
      async (options) => {
        const session = await InferenceSession.create(path, options);
        const [name = ''] = session.inputNames;
        const answer = await session.run({ [name]: new Tensor('float32', data, dims) });
        await session.release();
        return [options.enableCpuMemArena, answer[session.outputNames[0] ?? '']?.data];
      },
    );
    const [[withArena, kept] = [], [without, fresh] = []] = await Promise.all(answers);
    assert.deepEqual([withArena, without], [undefined, false]);
    assert.ok(kept instanceof Float32Array && kept.length === 3);
    assert.deepEqual(fresh, kept);
    assert.ok(!('enableCpuMemArena' in sessionOptions('cuda', 1, 'classifier')));
    assert.ok(!('enableCpuMemArena' in sessionOptions('cpu', 1, 'opacities')));
  });

  it('do without a plan of its memory on the CPU, where that was measured, and say nothing of it elsewhere', () => {
    assert.equal(sessionOptions('cpu', 1, 'opacities').enableMemPattern, false);
    for (const provider of ['cuda', 'webgpu'] as const) {
      assert.ok(!('enableMemPattern' in sessionOptions(provider, 1, 'opacities')), provider);
    }
  });

  it('give a node to the CPU only where that is the provider', () => {
    for (const [provider, fallback] of [
      ['cpu', undefined],
      ['cuda', '1'],
    ] as const) {
      const session = sessionOptions(provider, 1, 'opacities').extra?.['session'] as Readonly<
        Record<string, unknown>
      >;
      assert.equal(session['disable_cpu_ep_fallback'], fallback);
    }
  });
});
