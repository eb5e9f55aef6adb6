import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Analysis } from '../../src/analysis/analysis.ts';
import { openSandboxEhr } from '../../src/sandbox/ehr/open-sandbox-ehr.ts';
import { openSandboxPacs } from '../../src/sandbox/pacs/open-sandbox-pacs.ts';
import { type PhantomStudy, writePhantomStudy } from '../support/phantom-study.ts';
import { analyse, serveLobar } from '../support/serve-lobar.ts';
import { patient, patientSystem, resourcesOf } from '../support/test-service.ts';
import { readTrace, straceMissing, tracedInto } from '../support/traced-writes.ts';

describe('the service stores nothing and tells nobody but PACS and EHR', { skip: straceMissing }, () => {
  it('and opens no file for writing while it analyses, publishes, takes uploads and fails', async (t) => {
    const scratch = await mkdtemp(join(tmpdir(), 'lobar-stores-nothing-'));
    t.after(() => rm(scratch, { recursive: true, force: true }));
    const study = await writePhantomStudy(join(scratch, 'pacs'));
    const pacs = await openSandboxPacs({ folder: join(scratch, 'pacs') });
    t.after(() => pacs.close());
    const ehr = await openSandboxEhr({ patients: [patient(study.study.patient.id)] });
    t.after(() => ehr.close());
    // Where temporary files and caches would go.
    const home = join(scratch, 'home');
    await mkdir(home);
    const trace = join(scratch, 'trace');
    const configFile = join(scratch, 'lobar.json');
    const config = {
      log: { level: 'trace' },
      pacs: { main: { url: pacs.url } },
      ehr: { main: { url: ehr.url, patientIdentifierSystem: patientSystem } },
      audit: { log: true },
    };
    // Nothing of the environment of the tests: some libraries are quieter where CI is set.
    const environment = [`PATH=${process.env['PATH']}`, `HOME=${home}`, `TMPDIR=${home}`];
    const under = ['/usr/bin/env', '-i', ...environment, ...tracedInto(trace)];
    await using lobar = await serveLobar(configFile, config, {}, under);

    const { outcome } = await analyse(lobar.url, study.study.studyInstanceUid, 'main');
    assert.equal(outcome, 'published');
    assert.equal((await resourcesOf(ehr.url, 'DiagnosticReport')).length, 1);
    const whole = await upload(lobar.url, await partsOf(study));
    assert.equal(whole.status, 200);
    assert.equal(((await whole.json()) as Analysis).outcome, 'analysed');
    const documents = await upload(lobar.url, await partsOf(study), '&documents=pdf,html,png');
    assert.equal(((await documents.json()) as Analysis).documents?.length, 3);
    await (await fetch(lobar.url)).bytes();
    const found = await fetch(`${lobar.url}/v1/studies/search`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ patientId: study.study.patient.id }),
    });
    assert.equal(((await found.json()) as { studies: unknown[] }).studies.length, 1);
    const cut = (await partsOf(study)).subarray(0, 1_000_000);
    assert.equal((await upload(lobar.url, cut)).status, 400);
    assert.equal(await lobar.stop(), 0);

    const { opened, writing, reached } = await readTrace(trace);
    assert.ok(opened.includes(configFile), 'the trace has what was opened');
    assert.deepEqual(writing, []);
    assert.deepEqual(await readdir(home), []);
    assert.deepEqual([...reached].sort(), [new URL(pacs.url).host, new URL(ehr.url).host].sort());
  });

  it('which the trace would show: what is written, moved, removed or connected to is in it', async (t) => {
    const scratch = await mkdtemp(join(tmpdir(), 'lobar-stores-nothing-'));
    t.after(() => rm(scratch, { recursive: true, force: true }));
    const [trace, a, b] = ['trace', 'a', 'b'].map((name) => join(scratch, name)) as [string, string, string];
    const script = `const fs = require('node:fs');
      fs.writeFileSync('${a}', ''); fs.promises.rename('${a}', '${b}').then(() => fs.unlinkSync('${b}'));
      require('node:net').connect(9, '127.0.0.1').on('error', () => {});`;
    const [strace = '', ...options] = tracedInto(trace);
    execFileSync(strace, [...options, process.execPath, '-e', script]);
    const { writing, reached } = await readTrace(trace);
    assert.equal(writing.length, 3, writing.join('\n'));
    assert.deepEqual(reached, ['127.0.0.1:9']);
  });
});

const boundary = 'stores-nothing';

/** The study as the body of STOW-RS (PS3.18 10.5). */
async function partsOf({ files }: PhantomStudy): Promise<Buffer> {
  const head = Buffer.from(`--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`);
  const parts = await Promise.all(files.map((file) => readFile(file)));
  const end = Buffer.from(`--${boundary}--\r\n`);
  return Buffer.concat([...parts.flatMap((part) => [head, part, Buffer.from('\r\n')]), end]);
}

function upload(url: string, body: Buffer, more = ''): Promise<Response> {
  return fetch(`${url}/v1/analyses?publish=false${more}`, {
    method: 'POST',
    headers: { 'content-type': `multipart/related; type="application/dicom"; boundary=${boundary}` },
    body: new Uint8Array(body),
  });
}
