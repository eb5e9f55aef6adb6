import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import accepts from '@fastify/accepts';
import fastify, { type FastifyBaseLogger } from 'fastify';
import type { AnalyzeResult } from '../../src/analysis/analyze.ts';
import { followTask } from '../../src/analysis/follow-task.ts';
import { type AnalysisJob, automatic, newJob } from '../../src/analysis/jobs/analysis-job.ts';
import { jobObserver } from '../../src/analysis/jobs/job-observer.ts';
import { LobarError, type PlainError, toPlainError } from '../../src/errors.ts';
import { auditEvent } from '../../src/fhir/audit/audit-event.ts';
import { toDocument } from '../../src/http/jobs/job-document.ts';
import { problems } from '../../src/http/plugins/problems.ts';
import { classes } from '../../src/pipeline/types.ts';
import { openMetrics } from '../../src/telemetry/metrics.ts';
import { keptLog, observer, refused, studyRead, trailTo } from '../fhir/audit/audit-fixture.ts';
import { json, openTestEhr, outcome, rawServer, transactionResponse } from '../fhir/ehr-fixture.ts';
import { type Answers, publishInto } from '../fhir/publish-into.ts';

/** Of somebody whom Lobar has never heard of, so that nothing of it is concealed as a known value. */
const gossip = outcome('Patient Foreignname, Jo is due. Call 555 12 34; born 12.05.1969 or May 12, 1969');
const concealed = 'Patient Foreignname, Jo is due. Call [...]; born [...] or [...]';

async function publishing(answers: Answers): Promise<unknown> {
  return (await publishInto(answers)).error;
}

async function negotiating(): Promise<unknown> {
  await using server = await rawServer({ other: json(422, gossip) });
  const { ehr } = openTestEhr(server.url, { writeMode: 'auto' });
  const { signal } = new AbortController();
  const error = await ehr.writeMode({ signal }).catch((thrown: unknown) => thrown);
  await ehr.close();
  return error;
}

async function endingTask(): Promise<unknown> {
  const task = { resourceType: 'Task', id: 't-1', status: 'requested', intent: 'order' };
  let puts = 0;
  await using server = await rawServer({
    other: (request, ...rest) => {
      puts += request.method === 'PUT' ? 1 : 0;
      const answer =
        puts > 1 && request.method === 'PUT'
          ? json(422, gossip)
          : json(200, { ...task, status: puts === 0 ? 'requested' : 'in-progress' });
      answer(request, ...rest);
    },
  });
  const { ehr } = openTestEhr(server.url);
  const { signal } = new AbortController();
  const done = async () => ({ analysis: { outcome: 'analysed' } }) as AnalyzeResult;
  const options = { requestId: 'r-1', signal, onSilenced: () => {} };
  const error = await followTask({ ehr, id: 't-1' }, done, options).catch((thrown: unknown) => thrown);
  await ehr.close();
  return error;
}

const auditLog = keptLog();
async function auditing(): Promise<unknown> {
  await using server = await rawServer({ transaction: json(422, gossip) });
  const trail = trailTo({ url: server.url, whenDown: 'required' }, auditLog.logger);
  const error = await trail.record(studyRead).catch((thrown: unknown) => thrown);
  await trail.close();
  return error;
}

const entries = Array(11).fill({ response: { status: '422', outcome: gossip } });

describe('The words of another system reach the caller, and no log and no audit', () => {
  const cases: readonly [string, string, () => Promise<unknown>][] = [
    ['it rejects a search', 'ehr-rejected', () => publishing({ patient: json(400, gossip) })],
    ['it rejects the credentials', 'ehr-auth-failed', () => publishing({ run: json(403, gossip) })],
    ['it rejects the transaction', 'ehr-rejected', () => publishing({ transaction: json(422, gossip) })],
    ['it tells a failure with 200', 'ehr-response-invalid', () => publishing({ run: json(200, gossip) })],
    [
      'it refuses an entry',
      'ehr-response-invalid',
      () => publishing({ transaction: json(200, { ...transactionResponse([]), entry: entries }) }),
    ],
    ['it gives no CapabilityStatement', 'write-mode-unavailable', negotiating],
    ['it refuses the end of a Task', 'task-not-updated', endingTask],
    ['it refuses an AuditEvent', 'audit-unavailable', auditing],
  ];
  for (const [when, code, fail] of cases) {
    it(`when ${when}`, async () => {
      const error = await fail();
      assert.ok(error instanceof LobarError);
      assert.equal(error.code, code);
      const log = keptLog();
      const app = fastify({ loggerInstance: log.logger as FastifyBaseLogger });
      await app.register(accepts);
      await app.register(problems);
      app.get('/', async () => {
        throw error;
      });
      for (const accept of ['application/json', 'application/fhir+json']) {
        const { body } = await app.inject({ url: '/', headers: { accept } });
        assert.ok(body.includes(concealed), body);
      }
      await app.close();

      // The same of an analysis that nobody waits for.
      const kept = JSON.parse(JSON.stringify(toPlainError(error))) as PlainError;
      const asked = newJob('somebody', { study: '1.2.3', pacs: 'main' });
      const job: AnalysisJob = { ...asked, state: 'failed', attempt: 1, error: kept };
      assert.ok(toDocument(job).problem?.detail.includes(concealed));
      const told = jobObserver(openMetrics({ version: '0', classes, ofProcess: false }), log.logger);
      told.retried(job, kept);
      told.ended(job);
      told.ended({ ...job, owner: automatic });

      const lines = log.lines.filter((line) => line['job'] === job.id);
      assert.deepEqual(
        lines.map(({ code }) => code),
        [code, code, code],
      );
      const event = auditEvent(
        { ...refused, failure: error },
        { observer, at: new Date(0), claimProfile: false },
      );
      const written = [log.text(), auditLog.text(), JSON.stringify(event)].join('\n');
      assert.doesNotMatch(written, /Foreignname|\bJo\b|555 12|May 12|12\.05/);
      assert.match(log.text(), new RegExp(`"code":"${code}"`));
      assert.match(log.text(), /\[told to the caller alone\]/);
      assert.match(event.outcomeDesc ?? '', /\[told to the caller alone\]/);
    });
  }

  it('while the audit names its own code for its repository', async () => {
    await auditing();
    const codes = auditLog.lines.map(({ code }) => code).filter((code) => code !== undefined);
    assert.deepEqual([...new Set(codes)], ['audit-unavailable']);
  });
});

describe('The logged form of an error', () => {
  const context = { ehr: 'main', status: 422, operation: 'the transaction' };

  it('is the message where nobody else has said anything', () => {
    const error = new LobarError('ehr-rejected', { ...context, said: 'it sent no OperationOutcome' });
    assert.equal(error.logged, error.message);
  });

  it('takes short words out where they stand alone', () => {
    const error = new LobarError('ehr-rejected', { ...context, said: 'no' }, { unlogged: 'no' });
    assert.match(error.logged, /HTTP 422: \[told to the caller alone\]\. No report was .* will not help\.$/);
  });

  it('is the title alone where the words cannot be found in the message', () => {
    const error = new LobarError('ehr-rejected', { ...context, said: 'Foreignname' }, { unlogged: 'Other' });
    assert.equal(error.logged, 'EHR rejected the resources: [told to the caller alone].');
  });
});
