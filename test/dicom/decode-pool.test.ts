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

  it('end a decoder that never ends by itself, and go on with another worker', async () => {
    const worker = new URL('./support/endless-worker.ts', import.meta.url);
    const pool = openDecodePool({ threads: 1, frameSeconds: 3, worker });
    await assert.rejects(pool.decodeSlice(taskOf(1)), {
      code: 'decode-failed',
      message: /JPEG-LS Lossless.* its decoder did not end within 3 s/,
      details: { sopInstanceUid: '1.2.3' },
    });
    assert.equal((await pool.decodeSlice(taskOf(0))).slice.length, 1);
    await pool.close();
  });
});
