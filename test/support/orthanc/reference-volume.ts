import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { CtVolume } from '../../../src/volume/types.ts';
import { runScript } from './system-peers.ts';

export type Reference = Pick<CtVolume, 'data' | 'shape' | 'spacingMm' | 'originMm'>;

/** The volume of the raw DICOM files of a folder, read by pydicom; `scratch` is a file it may write. */
export async function referenceVolume(folder: string, scratch: string): Promise<Reference> {
  const geometry: unknown = JSON.parse(await runScript('reference-volume.py', folder, scratch));
  const bytes = await readFile(scratch);
  const data = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
  return { ...(geometry as Omit<Reference, 'data'>), data };
}

/** Fails where any voxel differs, or the grid by more than the rounding of decimal text. */
export function assertSameVolume(found: CtVolume, expected: Reference, context = ''): void {
  assert.deepEqual(found.shape, expected.shape, context);
  assertNear(found.spacingMm, expected.spacingMm, `spacing ${context}`);
  assertNear(found.originMm, expected.originMm, `origin ${context}`);
  const { direction } = found;
  assertNear(
    [...direction.x, ...direction.y, ...direction.z],
    [1, 0, 0, 0, 1, 0, 0, 0, 1],
    `axes ${context}`,
  );
  let different = 0;
  let first = -1;
  expected.data.forEach((hu, voxel) => {
    if (found.data[voxel] === hu) return;
    if (different === 0) first = voxel;
    different += 1;
  });
  const at = `first at ${first}: ${found.data[first]} for ${expected.data[first]}`;
  assert.equal(different, 0, `${different} of ${expected.data.length} voxels differ, ${at} ${context}`);
}

function assertNear(found: readonly number[], expected: readonly number[], what: string): void {
  const near = found.every((value, index) => Math.abs(value - (expected[index] ?? Number.NaN)) < 1e-4);
  assert.ok(near, `${what}: ${found.join(', ')} for ${expected.join(', ')}`);
}
