import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openSandboxPacs } from '../../src/sandbox/pacs/open-sandbox-pacs.ts';
import { emptyFolder } from '../inference/support/make-package.ts';
import { writePhantomStudy } from '../support/phantom-study.ts';
import { ask, serveLobar } from '../support/serve-lobar.ts';

const mib = 2 ** 20;
const requests = 10;

/** Resident bytes of a process (proc(5), VmRSS). */
async function rssOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

describe('a service that is driven to its memory limit', { timeout: 900_000 }, () => {
  it('stays under it and answers everybody, where without it the same work takes more', async (t) => {
    const folder = await emptyFolder(t);
    const { study } = await writePhantomStudy(join(folder, 'study'), {
      slices: 80,
      spacingMm: 2.5,
      matrix: 512,
    });
    const pacs = await openSandboxPacs({ folder });
    t.after(() => pacs.close());

    const analyse = (url: string) => ask(url, { study: study.studyInstanceUid, publish: false });
    const drive = async (memoryBytes: number) => {
      await using lobar = await serveLobar(join(folder, 'lobar.json'), {
        pacs: { main: { url: pacs.url } },
        limits: { inFlight: requests, memoryBytes },
      });
      const pid = lobar.child.pid ?? 0;
      const atRest = await rssOf(pid);
      let highest = atRest;
      const watch = setInterval(async () => {
        highest = Math.max(highest, await rssOf(pid).catch(() => 0));
      }, 10);
      const answers = await Promise.all(Array.from({ length: requests }, () => analyse(lobar.url)));
      clearInterval(watch);
      assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
      assert.equal(await lobar.stop(), 0);
      return { atRest, highest };
    };

    const unlimited = await drive(0);
    // Room for two: each 32 MiB and 4 bytes a voxel, both together 128 MiB and 5 bytes a voxel.
    const voxels = 80 * 512 * 512;
    const cap = Math.ceil(unlimited.atRest + (2 * 32 + 128 + 16) * mib + (2 * 4 + 5) * voxels);
    const limited = await drive(cap);
    const told = (bytes: number) => `${Math.round(bytes / mib)} MiB`;
    t.diagnostic(
      `at rest ${told(unlimited.atRest)}, without a limit ${told(unlimited.highest)}, under ${told(cap)} ${told(limited.highest)}`,
    );
    // The need is an estimate. The limit is by default nine tenths of the container, whose end is what may not be reached.
    const container = cap / 0.9;
    assert.ok(limited.highest < container, `${told(limited.highest)} is over ${told(container)}`);
    assert.ok(unlimited.highest > limited.highest + 2 * 2 * voxels, 'the limit makes no difference');

    // Less than the study will ever need: refused before it is retrieved.
    await using small = await serveLobar(join(folder, 'lobar.json'), {
      pacs: { main: { url: pacs.url } },
      limits: { memoryBytes: unlimited.atRest + 100 * mib },
    });
    const { status, text } = await analyse(small.url);
    assert.equal(status, 413);
    assert.match(text, /over the limit limits\.memoryBytes/);
  });
});
