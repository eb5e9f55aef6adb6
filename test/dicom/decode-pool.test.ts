import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { openDecodePool } from '../../src/dicom/decode-pool.ts';
import type { DecodeTask } from '../../src/dicom/decode-task.ts';

const taskOf = (byte: number) =>
  ({
    frame: Uint8Array.of(byte),
    header: { sopInstanceUid: '1.2.3', transferSyntaxUid: '1.2.840.10008.1.2.4.80' },
  }) as unknown as DecodeTask;

describe('the decode workers', { timeout: 60_000 }, () => {
  it('start with the first frame that needs one', async () => {
    let started = 0;
    const count = () => {
      started += 1;
    };
    process.on('worker', count);
    const worker = new URL('./support/endless-worker.ts', import.meta.url);
    const pool = openDecodePool({ threads: 2, worker });
    await setImmediate();
    assert.equal(started, 0);
    assert.equal((await pool.decodeSlice(taskOf(0))).slice.length, 1);
    assert.equal(started, 2);
    process.off('worker', count);
    await pool.close();
  });

  it('need not have started to be closed', async () => {
    await openDecodePool({ threads: 2 }).close();
  });

  it('finish the frames that wait for them to start before they are closed, and take none after', async () => {
    const worker = new URL('./support/endless-worker.ts', import.meta.url);
    const pool = openDecodePool({ threads: 3, worker });
    const slices = Array.from({ length: 20 }, () => pool.decodeSlice(taskOf(0)));
    await Promise.all([pool.close(), assert.rejects(pool.decodeSlice(taskOf(0)), { code: 'shutting-down' })]);
    for (const { slice } of await Promise.all(slices)) assert.equal(slice.length, 1);
  });

  it('are not opened by a frame that comes when all is closed', async () => {
    let started = 0;
    const count = () => {
      started += 1;
    };
    const pool = openDecodePool({ threads: 2 });
    await pool.close();
    process.on('worker', count);
    await assert.rejects(pool.decodeSlice(taskOf(0)), { code: 'shutting-down' });
    await setImmediate();
    process.off('worker', count);
    assert.equal(started, 0);
  });

  it('fail the frames that wait for them where none can start, and are opened anew by the next', async () => {
    const worker = new URL('./support/unloadable-worker.ts', import.meta.url);
    const pool = openDecodePool({ threads: 2, worker });
    process.env['LOBAR_TEST_UNLOADABLE'] = 'true';
    try {
      const failed = [0, 0, 0].map((byte) =>
        assert.rejects(pool.decodeSlice(taskOf(byte)), {
          code: 'decode-failed',
          message: /JPEG-LS Lossless.* its worker failed: a module is missing/,
          details: { sopInstanceUid: '1.2.3' },
        }),
      );
      await Promise.all(failed);
    } finally {
      delete process.env['LOBAR_TEST_UNLOADABLE'];
    }
    const slices = await Promise.all([0, 0, 0].map((byte) => pool.decodeSlice(taskOf(byte))));
    assert.deepEqual(
      slices.map(({ slice }) => slice.length),
      [1, 1, 1],
    );
    await pool.close();
  });

  it('fail the frame that one dies of, and go on with another', async () => {
    const worker = new URL('./support/endless-worker.ts', import.meta.url);
    const pool = openDecodePool({ threads: 1, worker });
    await assert.rejects(pool.decodeSlice(taskOf(2)), {
      code: 'decode-failed',
      message: /its worker failed: worker exited with code: 9/,
    });
    assert.equal((await pool.decodeSlice(taskOf(0))).slice.length, 1);
    await pool.close();
  });

  it('end a decoder that never ends by itself, and go on with another worker', async () => {
    const worker = new URL('./support/endless-worker.ts', import.meta.url);
    const pool = openDecodePool({ threads: 1, frameSeconds: 8, worker });
    await assert.rejects(pool.decodeSlice(taskOf(1)), {
      code: 'decode-failed',
      message: /JPEG-LS Lossless.* its decoder did not end within 8 s/,
      details: { sopInstanceUid: '1.2.3' },
    });
    assert.equal((await pool.decodeSlice(taskOf(0))).slice.length, 1);
    await pool.close();
  });
});
