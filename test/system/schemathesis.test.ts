import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openSandboxEhr } from '../../src/sandbox/ehr/open-sandbox-ehr.ts';
import { openSandboxPacs } from '../../src/sandbox/pacs/open-sandbox-pacs.ts';
import { writePhantomStudy } from '../support/phantom-study.ts';
import { type ServedLobar, serveLobar } from '../support/serve-lobar.ts';
import { patient, patientSystem } from '../support/test-service.ts';
import { until } from '../support/until.ts';

const folder = join(import.meta.dirname, 'schemathesis');

/** The command, or why it is missing. @throws Error in continuous integration, where nothing may be skipped */
function findSchemathesis(): { readonly command?: string; readonly missing: string | false } {
  try {
    const command = execFileSync(join(folder, 'install.sh'), ['--check'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
    });
    return { command: command.trim(), missing: false };
  } catch (error) {
    const { stderr = '', message } = error as Error & { readonly stderr?: string };
    const missing = stderr.trim() || message;
    if (process.env['CI'] === 'true') throw new Error(missing, { cause: error });
    return { missing };
  }
}

const { command = '', missing } = findSchemathesis();

interface Ready {
  readonly status: string;
  readonly inFlight: number;
  readonly queue: { readonly waiting: number };
}

describe('the live service, fuzzed by its own OpenAPI document', { skip: missing }, () => {
  let scratch = '';
  let lobar: ServedLobar;
  let close = async () => {};
  before(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'lobar-schemathesis-'));
    // The study of the examples in the document is there, and too short to take long.
    const { study } = await writePhantomStudy(join(scratch, 'study'), {
      slices: 10,
      study: { studyInstanceUid: '2.25.1234567890' },
    });
    const pacs = await openSandboxPacs({ folder: join(scratch, 'study') });
    const ehr = await openSandboxEhr({ patients: [patient(study.patient.id)] });
    close = async () => {
      await Promise.all([pacs.close(), ehr.close()]);
    };
    lobar = await serveLobar(join(scratch, 'lobar.json'), {
      pacs: { main: { url: pacs.url } },
      limits: { requestsPerMinute: 1_000_000 },
      ehr: { main: { url: ehr.url, patientIdentifierSystem: patientSystem } },
    });
  });
  after(async () => {
    await lobar?.[Symbol.asyncDispose]();
    await close();
    await rm(scratch, { recursive: true, force: true });
  });

  it('answers nothing that is not documented, takes no bad request and fails by no 500', {
    timeout: 600_000,
  }, async () => {
    const config = join(folder, 'schemathesis.toml');
    const argv = ['--no-color', '--config-file', config, 'run', `${lobar.url}/openapi.json`];
    const { code, said } = await new Promise<{ code: unknown; said: string }>((resolve) => {
      const environment = { ...process.env, PYTHONPATH: folder, PYTHONDONTWRITEBYTECODE: '1' };
      const options = { cwd: scratch, env: environment, maxBuffer: 2 ** 26 };
      execFile(command, argv, options, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : error.code, said: `${stdout}\n${stderr}` }),
      );
    });
    assert.equal(code, 0, said);
    // All but the document itself.
    const [, selected, total] = /Operations: +(\d+) selected \/ (\d+) total/.exec(said) ?? [];
    assert.equal(selected, total);
    assert.ok(Number(selected) >= 16, said);
    // What the requests came to is what happened too: the service is alive and idle.
    await until(async () => {
      const ready = await fetch(`${lobar.url}/health/ready`);
      const { status, inFlight, queue } = (await ready.json()) as Ready;
      // Some of the requests were put into the queue.
      return status === 'ready' && inFlight === 0 && queue.waiting === 0;
    }, 200);
  });
});
