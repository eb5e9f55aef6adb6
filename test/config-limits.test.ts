import assert from 'node:assert/strict';
import { it } from 'node:test';
import { checkConfig } from '../src/config.ts';

it('takes no volume with more voxels than Int32 can number', () => {
  const most = new Int32Array([2 ** 31 - 1])[0] as number;
  assert.equal(checkConfig({ limits: { voxels: most } }).limits.voxels, 2_147_483_647);
  // As an index it would wrap, and be negative.
  assert.equal(new Int32Array([most + 1])[0], -(2 ** 31));
  assert.throws(() => checkConfig({ limits: { voxels: most + 1 } }), { code: 'config-invalid' });
});
