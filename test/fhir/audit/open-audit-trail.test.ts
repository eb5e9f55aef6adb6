import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LobarError } from '../../../src/errors.ts';
import { openSandboxEhr } from '../../../src/sandbox/ehr/open-sandbox-ehr.ts';
import { until } from '../../support/until.ts';
import { type Answer, json, outcome } from '../ehr-fixture.ts';
import { keptLog, publish, refused, studyRead, trailTo } from './audit-fixture.ts';
import { auditServer, stalls } from './audit-server.ts';

const numbered = (number: number) => ({ ...studyRead, requestId: `r${number}` });
const unavailable = (published: boolean, problem: RegExp) => (error: unknown) => {
  assert.ok(error instanceof LobarError);
  assert.equal(error.code, 'audit-unavailable');
  assert.match(error.message, problem);
  assert.match(
    error.message,
    published ? /The report is published; send/ : /Nothing was published\. Send the request again when/,
  );
  assert.doesNotMatch(error.message, /MRN-42|1\.2\.826|EHR/);
  return true;
};
const html: Answer = (_request, response) => {
  response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>');
};
const short = { connect: 0.1, firstByte: 0.1, idle: 0.1 };

describe('An audit trail towards the embedded FHIR server', () => {
  it('stores every event, and the server finds nothing wrong with one', async () => {
    const repository = await openSandboxEhr({ patients: [] });
    const trail = trailTo({ url: repository.url, whenDown: 'required' });
    for (const entry of [studyRead, publish, refused]) await trail.record(entry);
    const held = (await (await fetch(`${repository.url}/AuditEvent`)).json()) as fhir4.Bundle;
    const actions = held.entry?.map(({ resource }) => (resource as fhir4.AuditEvent).action).sort();
    assert.deepEqual(actions, ['C', 'C', 'R']);
    await trail.close();
    await repository.close();
  });
});

describe('An audit trail that does its best', () => {
  it('delays nobody while the repository is down, and sends in order what waited when it is back', async () => {
    await using server = await auditServer();
    await server.down();
    const log = keptLog();
    const trail = trailTo({ url: server.url }, log.logger);
    for (const number of [1, 2, 3]) await trail.record(numbered(number));
    trail.note(numbered(4));
    assert.equal(trail.waiting, 4);
    await until(() => log.lines.some(({ code }) => code === 'audit-unavailable'));
    await server.up();
    await until(() => trail.waiting === 0);
    assert.deepEqual(server.taken, ['r1', 'r2', 'r3', 'r4']);
    assert.equal(trail.dropped, 0);
    const back = log.lines.find(({ msg }) => msg === 'the audit repository takes events again');
    assert.equal(back?.['dropped'], 0);
    await trail.close();
  });

  for (const [how, answer, problem] of [
    ['answers 500', json(500, outcome('out of disk')), /: It answered HTTP 500\./],
    ['stalls', stalls, /: No answer within/],
    ['answers HTML', html, /: It did not answer FHIR R4/],
    ['refuses the credentials', json(401, outcome('who are you')), /: It lets Lobar in no further/],
  ] as const) {
    it(`keeps an event for a repository that ${how}`, async () => {
      await using server = await auditServer();
      const { answer: takes } = server;
      server.answer = answer;
      const log = keptLog();
      const trail = trailTo({ url: server.url, timeouts: short }, log.logger);
      await trail.record(numbered(1));
      await until(() => log.lines.length > 0);
      assert.equal(log.lines[0]?.['code'], 'audit-unavailable');
      assert.match(String(log.lines[0]?.['msg']), problem);
      assert.equal(trail.waiting, 1);
      server.answer = takes;
      await until(() => trail.waiting === 0);
      assert.deepEqual(server.taken, ['r1']);
      await trail.close();
    });
  }

  it('keeps queueLength events, drops the oldest and counts them', async () => {
    await using server = await auditServer();
    await server.down();
    const log = keptLog();
    const trail = trailTo({ url: server.url, queueLength: 3 }, log.logger);
    await trail.record(numbered(1));
    // The first is being sent; it waits again as soon as that has failed.
    await until(() => log.lines.length > 0);
    for (const number of [2, 3, 4, 5, 6]) await trail.record(numbered(number));
    await until(() => trail.dropped === 3);
    assert.equal(trail.waiting, 3);
    await server.up();
    await until(() => trail.waiting === 0);
    assert.deepEqual(server.taken, ['r4', 'r5', 'r6']);
    const told = log.lines.filter(({ msg }) => String(msg).includes('audit.queueLength is reached'));
    assert.equal(told.length, 1, 'the log tells once an outage that events are dropped');
    await trail.close();
  });

  it('leaves a repository alone for the time of its circuit breaker', async () => {
    await using server = await auditServer();
    server.answer = json(503, outcome('starting'));
    const log = keptLog();
    const breaker = { failures: 2, openSeconds: 3600 };
    const trail = trailTo({ url: server.url, breaker }, log.logger);
    await trail.record(numbered(1));
    await until(() => log.lines.length > 0);
    await trail.record(numbered(2));
    assert.equal(server.asked, 2);
    assert.equal(trail.waiting, 2);
    await trail.close();
  });

  it('drops an event that the repository refuses, so that it holds up no other', async () => {
    await using server = await auditServer();
    const { answer: takes } = server;
    server.answer = (request, response, body) =>
      body.includes('"r1"')
        ? json(422, outcome('MRN-42 of Patient/7 is unknown'))(request, response, body)
        : takes(request, response, body);
    const log = keptLog();
    const trail = trailTo({ url: server.url }, log.logger);
    for (const number of [1, 2]) await trail.record(numbered(number));
    await until(() => trail.waiting === 0);
    assert.deepEqual(server.taken, ['r2']);
    assert.equal(trail.dropped, 1);
    assert.equal(log.lines[0]?.['code'], 'audit-unavailable');
    assert.match(String(log.lines[0]?.['msg']), /HTTP 422: \[told to the caller alone\]/);
    await trail.close();
  });

  it('sends what waits before it closes', async () => {
    await using server = await auditServer();
    const trail = trailTo({ url: server.url });
    for (const number of [1, 2, 3]) await trail.record(numbered(number));
    await trail.close();
    assert.deepEqual(server.taken, ['r1', 'r2', 'r3']);
  });

  it('tells how many events are lost when it closes while the repository is down', async () => {
    await using server = await auditServer();
    await server.down();
    const log = keptLog();
    const trail = trailTo({ url: server.url, breaker: { failures: 5, openSeconds: 3600 } }, log.logger);
    for (const number of [1, 2]) await trail.record(numbered(number));
    await trail.close();
    assert.equal(log.lines.at(-1)?.['lost'], 2);
    assert.equal(trail.dropped, 2);
    assert.equal(trail.waiting, 0);
  });
});

describe('An audit trail that is required', () => {
  it('has stored the event when the call returns', async () => {
    await using server = await auditServer();
    const trail = trailTo({ url: server.url, whenDown: 'required' });
    await trail.record(numbered(1));
    assert.deepEqual(server.taken, ['r1']);
    await trail.close();
  });

  it('is content with a repository that does not tell the id of the event', async () => {
    await using server = await auditServer();
    server.answer = (_request, response) => response.writeHead(201).end();
    const trail = trailTo({ url: server.url, whenDown: 'required' });
    await trail.record(studyRead);
    assert.equal(server.asked, 1);
    await trail.close();
  });

  for (const [how, answer, problem] of [
    ['cannot be reached', undefined, /It cannot be reached: connection refused \(ECONNREFUSED\)\./],
    ['answers 500', json(500, outcome('no')), /: It answered HTTP 500\./],
    ['stalls', stalls, /: No answer within 0\.1 s, the limit audit\.fhir\.timeouts\.firstByte\./],
    ['refuses the event', json(422, outcome('MRN-42?')), /It rejected the creation of the AuditEvent/],
  ] as const) {
    it(`fails with audit-unavailable where the repository ${how}`, async () => {
      await using server = await auditServer();
      if (answer === undefined) await server.down();
      else server.answer = answer;
      const log = keptLog();
      const settings = { url: server.url, whenDown: 'required', timeouts: short } as const;
      const trail = trailTo(settings, log.logger);
      await assert.rejects(trail.record(studyRead), unavailable(false, problem));
      await assert.rejects(trail.record(publish), unavailable(true, problem));
      const told = log.lines.filter(({ msg }) => String(msg).includes('did not take an event'));
      assert.equal(told.length, 2);
      assert.doesNotMatch(log.text(), /MRN-42|1\.2\.826/);
      await trail.close();
    });
  }

  it('stores later what it could not store in time: what was done stays done', async () => {
    await using server = await auditServer();
    await server.down();
    const trail = trailTo({ url: server.url, whenDown: 'required' });
    await assert.rejects(trail.record(numbered(1)), unavailable(false, /cannot be reached/));
    assert.equal(trail.waiting, 1);
    await server.up();
    await until(() => trail.waiting === 0);
    assert.deepEqual(server.taken, ['r1']);
    await trail.close();
  });

  it('gives a repository no more than timeouts.total', async () => {
    await using server = await auditServer();
    server.answer = stalls;
    const timeouts = { firstByte: 3600, total: 0.1 };
    const trail = trailTo({ url: server.url, whenDown: 'required', timeouts });
    await assert.rejects(
      trail.record(studyRead),
      unavailable(false, /within 0\.1 s, the limit audit\.fhir\.timeouts\.total\./),
    );
    await trail.close();
  });

  it('takes the event of a request that has failed anyway into the background, and never fails it', async () => {
    await using server = await auditServer();
    await server.down();
    const trail = trailTo({ url: server.url, whenDown: 'required' });
    trail.note(refused);
    assert.equal(trail.waiting, 1);
    await server.up();
    await until(() => trail.waiting === 0);
    assert.deepEqual(server.taken, [refused.requestId]);
    await trail.close();
  });
});

describe('The audit in the log', () => {
  it('is one line an event, at info, also where the log is otherwise quiet', async () => {
    const log = keptLog('error');
    const trail = trailTo({ log: true }, log.logger);
    await trail.record(studyRead);
    trail.note(refused);
    assert.deepEqual(
      log.lines.map(({ level, audit }) => [level, (audit as fhir4.AuditEvent).outcome]),
      // pino: 30 is info.
      [
        [30, '0'],
        [30, '4'],
      ],
    );
    await trail.close();
  });

  it('is nowhere without audit.log, whatever becomes of the events', async () => {
    await using server = await auditServer();
    server.answer = json(422, outcome('MRN-42 and 1.2.826.0.1.3680043.8.498.1 are unknown'));
    const log = keptLog();
    const trail = trailTo({ url: server.url }, log.logger);
    await trail.record(studyRead);
    await until(() => trail.waiting === 0);
    assert.doesNotMatch(log.text(), /MRN-42|1\.2\.826|AuditEvent"/);
    await trail.close();
  });

  it('and no audit at all cost nothing', async () => {
    const log = keptLog();
    const trail = trailTo({}, log.logger);
    await trail.record(studyRead);
    trail.note(refused);
    await trail.close();
    assert.deepEqual([trail.waiting, trail.dropped, log.lines], [0, 0, []]);
  });
});
