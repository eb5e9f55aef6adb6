import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gpuUseOf } from '../../bench/gpu/watch-gpu.ts';

describe('the use of a GPU as nvidia-smi tells it', () => {
  it('is the mean part of the time that it was busy, and the most memory taken', () => {
    // 1000 MiB are 1048.576 MB; the last line was cut.
    assert.deepEqual(gpuUseOf('0, 500\n47, 1000\n100, 999\n9'), { busyPercent: 49, memoryMb: 1048.576 });
  });

  it('is an error where nothing was told', () => {
    assert.throws(() => gpuUseOf('[N/A], 1000\n'), /said nothing of use: \[N\/A\]/);
  });
});
