import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { type Batch, readBatches, writeBatches } from '../../bench/pipeline/batches-file.ts';

it('Batches come back from their file as they were recorded', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lobar-batches-'));
  try {
    const batches: readonly Batch[] = [
      { network: 'lungsLobes', dims: [2, 1, 1, 2], data: Float32Array.of(1, -2, 3.5, 0) },
      { network: 'opacities', dims: [1, 1, 1, 3], data: Float32Array.of(Number.MAX_VALUE, 1e-40, 7) },
    ];
    await writeBatches(folder, batches);
    assert.deepEqual(await readBatches(folder), batches);
  } finally {
    await rm(folder, { recursive: true });
  }
});
