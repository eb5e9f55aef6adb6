import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { it } from 'node:test';
import manifest from '../../package.json' with { type: 'json' };

const { scripts } = manifest;
const root = resolve(import.meta.dirname, '../..');
const read = (file: string) => readFile(join(root, file), 'utf8');
const settingsIn = (text: string) => [...text.matchAll(/\bMALLOC_\w+=\S+/g)].map(([setting]) => setting);

it('glibc is given the same by both images, `npm run lobar` and `npm run demo`', async () => {
  // An instruction ends where no backslash carries it on.
  const instructions = (await read('Dockerfile')).replace(/\\\n/g, ' ').split('\n');
  const images = instructions
    .filter((line) => line.startsWith('ENV '))
    .filter((line) => /MALLOC_/.test(line));
  assert.equal(images.length, 2);
  const [first = [], ...others] = [...images, scripts.lobar, scripts.demo].map(settingsIn);
  assert.deepEqual(
    first.map((setting) => setting.replace(/=\d+$/, '')),
    ['MALLOC_ARENA_MAX', 'MALLOC_MMAP_THRESHOLD_', 'MALLOC_TRIM_THRESHOLD_'],
  );
  for (const other of others) assert.deepEqual(other, first);
});

it('Node is given the same options by both images, `npm run lobar` and `npm run demo`, and is profiled with them', async () => {
  const optionsIn = (text: string) => text.match(/--[\w-]+(=\w+)?/g) ?? [];
  const entries = (await read('Dockerfile')).split('\n').filter((line) => line.startsWith('ENTRYPOINT '));
  assert.equal(entries.length, 2);
  const profiled =
    (await read('docs/PERFORMANCE.md')).match(/--cpu-prof-dir=\S+ (.*src\/main\.ts)/)?.[1] ?? '';
  const onGpu = (await read('docs/GPU.md')).match(/bin\/node (--max\S+ .*src\/main\.ts)/)?.[1] ?? '';
  for (const text of [...entries, scripts.lobar, scripts.demo, profiled, onGpu])
    assert.deepEqual(optionsIn(text), ['--max-semi-space-size=2', '--single-threaded-gc']);
});
