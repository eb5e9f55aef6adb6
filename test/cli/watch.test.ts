import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openSandboxPacs, type SandboxPacs } from '../../src/sandbox/pacs/open-sandbox-pacs.ts';
import { type PhantomStudy, writePhantomStudy } from '../support/phantom-study.ts';
import { runInProcess as lobar } from '../support/run-in-process.ts';
import { watchLobar } from '../support/serve-lobar.ts';
import { saidBy } from '../support/served-log.ts';

const today = new Date().toISOString().slice(0, 10).replaceAll('-', '');

describe('lobar watch', () => {
  let folder = '';
  let pacs: SandboxPacs;
  let chest: PhantomStudy;
  let thick: PhantomStudy;
  let head: PhantomStudy;
  const file = (name: string) => join(folder, `${name}.json`);
  const write = async (name: string, config: object) => {
    await writeFile(file(name), JSON.stringify({ pacs: { near: { url: pacs.url } }, ...config }));
    return file(name);
  };
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-watch-'));
    const study = { date: today, time: '000000' };
    const images = join(folder, 'images');
    chest = await writePhantomStudy(images, { seed: 1, matrix: 64, study });
    thick = await writePhantomStudy(images, { seed: 2, matrix: 64, slices: 40, spacingMm: 5, study });
    head = await writePhantomStudy(images, {
      ...{ seed: 3, matrix: 64, slices: 4, series: { description: 'Axial' } },
      study: { ...study, description: 'CT HEAD' },
      replace: [{ tag: '00180015', vr: 'CS', value: 'HEAD' }],
    });
    pacs = await openSandboxPacs({ folder: images });
    await write('config', {});
  });
  after(async () => {
    await pacs.close();
    await rm(folder, { recursive: true });
  });

  it('--dry-run prints of every study whether it would be enqueued, and the rules that it fails', async () => {
    const { code, out, note } = await lobar('watch', '--config', file('config'), '--dry-run');
    assert.equal(code, 0, note);
    const lines = out.split('\n');
    assert.match(lines[0] ?? '', /^3 studies are listed, 2 of them would be enqueued .* Nothing was\.$/);
    assert.match(lines[3] ?? '', new RegExp(`^enqueue 60 +${today} 0000 CT +CT CHEST PHANTOM$`));
    assert.match(lines[5] ?? '', new RegExp(`^no +4 +${today} 0000 CT +CT HEAD +description$`));
  });

  it('--dry-run --json tells the same as one document', async () => {
    const { code, out } = await lobar('watch', '--config', file('config'), '--dry-run', '--once', '--json');
    assert.equal(code, 0);
    const { studies } = JSON.parse(out) as { studies: { study: { uid: string }; decision: string }[] };
    const decisions = new Map(studies.map(({ study, decision }) => [study.uid, decision]));
    assert.deepEqual(
      [chest, thick, head].map(({ study }) => decisions.get(study.studyInstanceUid)),
      ['eligible', 'eligible', 'filtered'],
    );
  });

  it('--explain tells what each rule says, and what an analysis would', async () => {
    const explain = (one: PhantomStudy, ...more: string[]) =>
      lobar('watch', '--config', file('config'), '--explain', one.study.studyInstanceUid, ...more);
    const good = await explain(chest);
    assert.equal(good.code, 0, good.note);
    assert.match(good.out, /passes the rules of the watch/);
    for (const code of ['modality', 'description', 'excluded-word', 'too-old', 'no-images', 'not-stable']) {
      assert.match(good.out, new RegExp(`^ {2}pass {2}${code} `, 'm'));
    }
    assert.match(good.out, /By lobar inspect|would be analysed/);

    const passing = await explain(thick);
    assert.equal(passing.code, 3);
    assert.match(passing.out, /passes the rules of the watch/);
    assert.match(passing.out, /not eligible: nothing would be analysed/);
    assert.match(passing.out, /slice-too-thick/);

    const filtered = await explain(head, '--json');
    assert.equal(filtered.code, 3);
    const { decision, reasons, inspection } = JSON.parse(filtered.out);
    assert.deepEqual([decision, inspection.outcome], ['filtered', 'ineligible']);
    const failing = reasons.filter(({ passed }: { passed: boolean }) => !passed);
    assert.deepEqual(
      failing.map(({ code }: { code: string }) => code),
      ['description'],
    );
  });

  it('ends with 2 on wrong usage or configuration, 4 where there is no such study, 5 where the PACS is down', async () => {
    const { near } = { near: { url: 'http://127.0.0.1:1/dicom-web', retries: 0 } };
    const dead = await write('dead', { pacs: { near } });
    const other = await write('other', { watch: { pacs: 'far' } });
    const queue = { url: 'nats://127.0.0.1:1' };
    const noEhr = await write('no-ehr', { queue });
    const nobody = await write('nobody', { queue, watch: { publish: false, callback: 'ris' } });
    const uid = chest.study.studyInstanceUid;
    for (const [args, expected, text] of [
      [['--config', file('config')], 2, /configure queue\.url, or name a service with --server/],
      [['--server', 'ftp://x'], 2, /--server takes an http/],
      [['--json'], 2, /--json goes with/],
      [['--explain', 'x'], 2, /takes a StudyInstanceUID/],
      [['--explain', uid, '--once'], 2, /of one study/],
      [['--dry-run'], 2, /endpoint-unknown: No pacs/],
      [['--config', other, '--dry-run'], 2, /Known: near/],
      [['--config', noEhr], 2, /publish-not-configured/],
      [['--config', nobody], 2, /watch\.callback: none of that name is configured/],
      [['--config', file('config'), '--explain', '2.25.404'], 4, /study-not-found/],
      [['--config', dead, '--explain', uid], 5, /pacs-unreachable/],
      [['--config', dead, '--dry-run'], 5, /pacs-unreachable/],
    ] as const) {
      const { code, out, note } = await lobar('watch', ...args);
      assert.equal(code, expected, `${args.join(' ')}: ${note}`);
      assert.equal(out, '');
      assert.match(note, text);
    }
  });

  it('goes on while PACS and service are down, tells so, and ends with 0 at SIGTERM', async () => {
    const config = {
      metrics: { port: 0 },
      pacs: { near: { url: pacs.url } },
      watch: { stableMinutes: 0, pollSeconds: 0.05 },
    };
    await using watch = await watchLobar(file('running'), config, ['--server', 'http://127.0.0.1:1']);
    const said = saidBy(watch.child);
    const at = (path: string) => fetch(new URL(path, watch.metricsUrl));
    let metrics = '';
    while (!/decision="failed"} [1-9]/.test(metrics)) metrics = await (await at('/metrics')).text();
    const live = await at('/health/live');
    assert.deepEqual([live.status, await live.json()], [200, { status: 'live' }]);
    assert.equal((await at('/health/ready')).status, 404);
    const exited = once(watch.child, 'exit');
    watch.child.kill('SIGTERM');
    assert.deepEqual(await exited, [0, null]);
    assert.match(said(), /"code":"service-unreachable"/);
    assert.match(said(), /"msg":"ended"/);
    for (const one of [chest, thick, head]) assert.ok(!said().includes(one.study.studyInstanceUid));
  });
});
