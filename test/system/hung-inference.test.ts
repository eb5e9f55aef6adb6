import assert from 'node:assert/strict';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openSandboxPacs } from '../../src/sandbox/pacs/open-sandbox-pacs.ts';
import { copyModelsThatHang } from '../inference/support/copy-models.ts';
import { emptyFolder } from '../inference/support/make-package.ts';
import { writePhantomStudy } from '../support/phantom-study.ts';
import { ask, serveLobar } from '../support/serve-lobar.ts';
import { saidBy } from '../support/served-log.ts';

describe('a native run that hangs', { timeout: 300_000 }, () => {
  it('ends the process, which says so in its last line, and the caller is answered', async (t) => {
    const modelsFolder = await copyModelsThatHang(t);
    const folder = await emptyFolder(t);
    const { study } = await writePhantomStudy(join(folder, 'study'), {});
    const pacs = await openSandboxPacs({ folder });
    t.after(() => pacs.close());
    await using lobar = await serveLobar(join(folder, 'lobar.json'), {
      pacs: { main: { url: pacs.url } },
      inference: { modelsFolder, stallSeconds: 3 },
    });
    const said = saidBy(lobar.child);
    const ended = once(lobar.child, 'close');

    const { status, text } = await ask(lobar.url, { study: study.studyInstanceUid, publish: false });
    const problem = JSON.parse(text) as { code: string; detail: string };
    assert.deepEqual([status, problem.code], [500, 'inference-failed']);
    assert.match(problem.detail, /no progress for 3 s in stage classify.*Nothing was published/);

    assert.deepEqual(await ended, [null, 'SIGKILL']);
    const last = JSON.parse(said().trim().split('\n').at(-1) ?? '') as { level: number; msg: string };
    assert.equal(last.level, 60);
    assert.match(last.msg, /it hangs: no progress for 3 s in stage classify.*The process ends\./);
  });
});
