import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import { chartFolder } from './chart-folder.ts';

/** What a process may wait for after the drain, one after the other: file and name of each constant, which is in ms. */
const waits = {
  'analysis/admission.ts': 'stoppingMs',
  'http/open-service.ts': 'answersGoOutMs',
  'queue/job-queue.ts': 'stoppingMs',
  'analysis/jobs/open-jobs.ts': 'callsGoOutMs',
  'queue/nats/nats-link.ts': 'farewellMs',
  'fhir/audit/open-audit-trail.ts': 'flushMs',
  'telemetry/open-tracing.ts': 'exportMs',
} as const;

it('a pod is given the time that its process may take to end after the drain', async () => {
  const each = Object.entries(waits).map(async ([file, name]) => {
    const text = await readFile(new URL(`../../src/${file}`, import.meta.url), 'utf8');
    const [, ms = ''] = new RegExp(`^const ${name} = ([\\d_]+);$`, 'm').exec(text) ?? [];
    assert.match(ms, /^\d/, `${file} has no ${name}`);
    return Number(ms.replaceAll('_', ''));
  });
  const endMs = (await Promise.all(each)).reduce((sum, ms) => sum + ms, 0);
  const helpers = await readFile(join(chartFolder, 'templates/_helpers.tpl'), 'utf8');
  const given = Number(/define "lobar.endSeconds" -}}(\d+){{/.exec(helpers)?.[1]) * 1000;
  // And a second or more for everything that is done at once.
  assert.ok(given >= endMs + 1000, `${endMs} ms of ${given}`);
  assert.ok(given < endMs + 6000, `${endMs} ms of ${given}`);
});
