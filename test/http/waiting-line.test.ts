import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import request from 'supertest';
import { checkConfig } from '../../src/config.ts';
import { openService } from '../../src/http/open-service.ts';
import { createLogger } from '../../src/telemetry/log.ts';
import { openTestService, type TestService } from '../support/test-service.ts';
import { until } from '../support/until.ts';

/** Analyses of one at a time, two more in the line. */
describe('a service whose places are taken', () => {
  let test: TestService;
  before(async () => {
    test = await openTestService({ limits: { inFlight: 1, waiting: 2, requestsPerMinute: 40 } });
  });
  after(() => test.close());

  const ask = (headers: Record<string, string> = {}) =>
    request(test.service.url)
      .post('/v1/analyses')
      .set(headers)
      .send({ study: test.study.study.studyInstanceUid, publish: false });
  const inFlight = async () => {
    const { body } = await request(test.service.url).get('/health/ready');
    return (body as { inFlight: number }).inFlight;
  };
  /** A stream of events as text so far, and a way to hang up. */
  const stream = (headers: Record<string, string> = {}) => {
    const hangUp = new AbortController();
    const events: string[] = [];
    const done = (async () => {
      const answer = await fetch(`${test.service.url}/v1/analyses`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', accept: 'text/event-stream' },
        body: JSON.stringify({ study: test.study.study.studyInstanceUid, publish: false }),
        signal: hangUp.signal,
      });
      for await (const chunk of answer.body ?? []) events.push(Buffer.from(chunk).toString());
    })().catch(() => {});
    // Without the comments that keep a slow one alive.
    const text = () => events.join('').replaceAll(/^:.*\n\n/gm, '');
    return { text, hangUp: () => hangUp.abort(), done };
  };

  it('lets two wait, tells them so, turns the next one away at once, and answers all that it took', async () => {
    const first = stream();
    await until(async () => (await inFlight()) === 1);
    const second = stream();
    await until(async () => (await inFlight()) === 2);
    const third = ask().then((answer) => answer);
    await until(async () => (await inFlight()) === 3);
    const refused = await ask();
    assert.deepEqual([refused.status, refused.body.code], [503, 'at-capacity']);
    assert.match(String(refused.headers['retry-after']), /^[1-9]\d*$/);
    await Promise.all([first.done, second.done]);
    assert.doesNotMatch(first.text(), /event: queued/);
    assert.match(second.text(), /^event: queued\ndata: {"ahead":0}\n\nevent: progress/);
    for (const one of [first, second]) assert.match(one.text(), /event: analysis/);
    assert.equal((await third).status, 200);
    assert.equal(await inFlight(), 0);
  });

  it('takes what is urgent first', async () => {
    const first = stream();
    await until(async () => (await inFlight()) === 1);
    const order: string[] = [];
    const routine = ask().then(() => order.push('routine'));
    await until(async () => (await inFlight()) === 2);
    const urgent = ask({ priority: 'u=0' }).then(() => order.push('urgent'));
    await Promise.all([first.done, routine, urgent]);
    assert.deepEqual(order, ['urgent', 'routine']);
  });

  /** Seconds from a hang-up in the middle of a stage until the next one has the place. */
  const freed = async (stage: string) => {
    const one = stream();
    await until(() => new RegExp(`"stage":"${stage}"`).test(one.text()));
    const waiting = stream();
    await until(async () => (await inFlight()) === 2);
    one.hangUp();
    const since = performance.now();
    await until(() => /"stage":"find"/.test(waiting.text()));
    const seconds = (performance.now() - since) / 1000;
    waiting.hangUp();
    await until(async () => (await inFlight()) === 0);
    return seconds;
  };
  for (const stage of ['retrieve', 'lungs', 'opacities']) {
    it(`has its place free within a second when a client hangs up in the middle of ${stage}`, async () => {
      const tries: number[] = [];
      // A machine that stalls is no fault of the service: one of three has to do.
      while (tries.length < 3 && (tries.at(-1) ?? 1) >= 1) tries.push(await freed(stage));
      assert.ok((tries.at(-1) ?? 1) < 1, `the next one had its place after ${tries.join(', ')} s`);
    });
  }

  it('ends at its Request-Timeout, waiting included, and the place is free', async () => {
    const first = stream();
    await until(async () => (await inFlight()) === 1);
    const late = await ask({ 'request-timeout': '1' });
    assert.deepEqual([late.status, late.body.code], [504, 'deadline-exceeded']);
    assert.match(late.body.detail, /within 1 s, the limit Request-Timeout/);
    first.hangUp();
    await until(async () => (await inFlight()) === 0);
    const wrong = await ask({ 'request-timeout': 'soon' });
    assert.deepEqual([wrong.status, wrong.body.code], [400, 'request-invalid']);
  });

  it('answers 429 with Retry-After to a client that asks too often, but never to the platform', async () => {
    const answers: number[] = [];
    let after: string | undefined;
    for (let i = 0; i < 45; i += 1) {
      const answer = await request(test.service.url).get('/v1/models');
      answers.push(answer.status);
      if (answer.status === 429) {
        assert.equal(answer.body.code, 'rate-limited');
        after = answer.headers['retry-after'];
      }
    }
    assert.equal(answers.at(-1), 429);
    assert.match(String(after), /^[1-9]\d?$/);
    await request(test.service.url).get('/health/ready').expect(200);
    await request(test.service.url).get('/health/live').expect(200);
  });
});

describe('a service whose memory is small', () => {
  it('does not start where the limit is less than what it takes at rest', async () => {
    const config = checkConfig({ http: { port: 0 }, limits: { memoryBytes: 50 * 2 ** 20 } });
    await assert.rejects(openService(config, createLogger('silent')), {
      code: 'config-invalid',
      message: /limits\.memoryBytes: 52428800 bytes are less than this process takes at rest/,
    });
  });
});
