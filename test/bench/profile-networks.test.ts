import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gpuMissing } from '../../bench/gpu/gpu-missing.ts';

const script = join(import.meta.dirname, '../../bench/profile/profile-networks.ts');

describe('profile-networks', () => {
  for (const { provider, skip } of [
    { provider: 'cuda', skip: gpuMissing().length === 0 && 'it is here' },
    { provider: 'abacus', skip: false as const },
  ]) {
    it(`says in a line that the networks do not run on ${provider}, and leaves nothing`, {
      skip,
    }, async (t) => {
      const home = await mkdtemp(join(tmpdir(), 'lobar-profile-networks-'));
      t.after(() => rm(home, { recursive: true, force: true }));
      const env = { ...process.env, TMPDIR: home };
      const { status, stdout, stderr } = spawnSync(process.execPath, [script, provider], {
        env,
        encoding: 'utf8',
      });
      assert.equal(status, 1);
      assert.equal(stdout, '');
      assert.match(stderr, new RegExp(`^The networks do not run on '${provider}': .+\n$`));
      assert.deepEqual(await readdir(home), []);
    });
  }
});
