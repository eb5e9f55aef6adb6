import assert from 'node:assert/strict';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { makeOutputFolder } from '../../src/cli/make-output-folder.ts';
import { runInProcess } from '../support/run-in-process.ts';

describe('the folder that results go to', () => {
  let folder: string;
  let file: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-output-'));
    file = join(folder, 'a-file');
    await writeFile(file, 'kept');
  });
  after(() => rm(folder, { recursive: true }));

  it('is made, with those above it', async () => {
    const deep = join(folder, 'one', 'two');
    await makeOutputFolder(deep, '--out', 'evaluate');
    assert.ok((await stat(deep)).isDirectory());
  });

  for (const place of ['a-file', 'a-file/below']) {
    it(`is refused where a file is in the way: ${place}`, async () => {
      await assert.rejects(makeOutputFolder(join(folder, place), '--out', 'evaluate'), {
        code: 'usage-invalid',
        message: /--out .*a-file.*: there is a file of that name, not a folder/,
      });
    });
  }

  for (const argv of [
    ['analyze', '.', '--masks'],
    ['models', 'try', '.', '--out'],
    ['models', 'init', 'network.onnx', '--out'],
  ]) {
    it(`is looked at by lobar ${argv.join(' ')} before anything else`, async () => {
      const { code, note } = await runInProcess(...argv, file);
      assert.equal(code, 2);
      assert.match(note, /usage-invalid: .*there is a file of that name/);
    });
  }
});
