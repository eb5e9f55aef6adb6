import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type AnalysisJob, automatic, newJob } from '../../../src/analysis/jobs/analysis-job.ts';
import { jobObserver } from '../../../src/analysis/jobs/job-observer.ts';
import { LobarError, toPlainError } from '../../../src/errors.ts';
import { classes } from '../../../src/pipeline/types.ts';
import { openMetrics } from '../../../src/telemetry/metrics.ts';
import { keptLog } from '../../fhir/audit/audit-fixture.ts';

/** pino's numbers. */
const levels = { warn: 40, error: 50 };

const mistake = new LobarError('study-not-found', { pacs: 'main' });
const lost = new LobarError('process-lost', { attempts: 5 });
const away = new LobarError('pacs-unreachable', { pacs: 'main', problem: 'away' });
const unknown = new LobarError('endpoint-unknown', { kind: 'ehr', known: [] });
const rejected = new LobarError('write-mode-unavailable', { ehr: 'main', problem: 'none' });

describe('a job that failed', () => {
  for (const [what, owner, error, level, buried] of [
    ['asked for wrongly is told to who asked', 'somebody', mistake, 'warn', false],
    ['that nobody asked for is for whoever runs this', automatic, mistake, 'error', true],
    ['whose process was lost is, too', 'somebody', lost, 'error', true],
    ['given up after tries is, too', 'somebody', away, 'error', true],
    ['for which no process is configured is, too', 'somebody', unknown, 'error', true],
    ['by an EHR that cannot be written to is, too', 'somebody', rejected, 'error', true],
  ] as const)
    it(what, async () => {
      const metrics = openMetrics({ version: '0', classes, ofProcess: false });
      const { logger, lines } = keptLog();
      const observer = jobObserver(metrics, logger);
      const asked = newJob(owner, { study: '1.2.3', pacs: 'main' });
      const job: AnalysisJob = { ...asked, state: 'failed', attempt: 1, error: toPlainError(error) };
      observer.ended(job);
      assert.equal(observer.toBury(job), buried);
      assert.deepEqual(
        lines.map((line) => [line['level'], line['code'], line['job']]),
        [[levels[level], error.code, job.id]],
      );
      assert.doesNotMatch(JSON.stringify(lines), /1\.2\.3/);
      const text = await metrics.text();
      const counted = new RegExp(`lobar_dead_letters_total\\{reason="${error.code}"\\} 1`);
      assert.equal(counted.test(text), buried);
      assert.match(text, /lobar_jobs_total\{outcome="failed"\} 1/);
    });
});
