/** Who may see and end which analysis that nobody waits for. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import request from 'supertest';
import { automatic } from '../../src/analysis/jobs/analysis-job.ts';
import { LobarError, toPlainError } from '../../src/errors.ts';
import { unknownClient } from '../../src/http/auth/client.ts';
import { failureOf } from '../../src/http/jobs/job-document.ts';
import { ownerOf } from '../../src/http/jobs/job-owner.ts';
import { openTestService, type TestService } from '../support/test-service.ts';
import { until } from '../support/until.ts';
import { audience, openTokenIssuer } from './support/token-issuer.ts';

const today = new Date().toISOString().slice(0, 10).replaceAll('-', '');

describe('an analysis that nobody waits for, and two clients', () => {
  let test: TestService;
  let one: string;
  let other: string;
  const ends: (() => unknown)[] = [];
  before(async () => {
    const issuer = await openTokenIssuer({ after: (end) => ends.unshift(end) });
    test = await openTestService({
      studies: [{ study: { date: today, time: '000000' } }],
      more: {
        auth: { oidc: { issuer: issuer.url, audience } },
        watch: { publish: false, stableMinutes: 0 },
      },
    });
    const tokenOf = (name: string) =>
      issuer.token({
        change: (claims) => {
          claims['client_id'] = name;
          claims.sub = name;
        },
      });
    one = await tokenOf('ris');
    other = await tokenOf('script');
  });
  after(async () => {
    await test.close();
    for (const end of ends) await end();
  });

  const as = (token: string, method: 'get' | 'delete', path: string) =>
    request(test.service.url)[method](path).set('authorization', `Bearer ${token}`);
  const submit = async (token: string, key: string) => {
    const { headers } = await request(test.service.url)
      .post('/v1/analyses')
      .set({ authorization: `Bearer ${token}`, prefer: 'respond-async', 'idempotency-key': key })
      .send({ study: test.study.study.studyInstanceUid, publish: false })
      .expect(202);
    return String(headers['location']);
  };

  it('is seen and ended by the one that asked for it, and not there for the other', async () => {
    const path = await submit(one, 'k-1');
    assert.equal((await as(other, 'get', path).expect(404)).body.code, 'analysis-not-found');
    assert.equal((await as(other, 'delete', path).expect(404)).body.code, 'analysis-not-found');
    await as(one, 'get', path).expect(200);
    await as(one, 'delete', path).expect(200);
  });

  it('is another one with the same key of another client', async () => {
    const [first, second] = [await submit(one, 'k-2'), await submit(other, 'k-2')];
    assert.notEqual(first, second);
    assert.equal(await submit(one, 'k-2'), first);
  });

  it('is seen by both and ended by none where Lobar does it by itself', async () => {
    const { body } = await request(test.service.url)
      .post('/v1/events/study-stable')
      .set('authorization', `Bearer ${one}`)
      .send({ study: test.studies[0]?.study.studyInstanceUid })
      .expect(202);
    for (const token of [one, other]) {
      await as(token, 'get', body.job).expect(200);
      assert.equal((await as(token, 'delete', body.job).expect(404)).body.code, 'analysis-not-found');
    }
    await until(async () => (await as(other, 'get', body.job)).body.state === 'finished');
  });
});

describe('whose a job is', () => {
  it('is the same for all who have shown nothing, from whatever address', () => {
    assert.equal(ownerOf(unknownClient('127.0.0.1')), ownerOf(unknownClient('::1')));
    assert.notEqual(ownerOf(unknownClient('::1')), ownerOf({ id: 'bearer x', kind: 'bearer' }));
  });

  it('decides who reads the words of other systems: of what nobody asked for, nobody', () => {
    const said = 'Patient Foreignname is locked';
    const error = toPlainError(
      new LobarError(
        'ehr-rejected',
        { ehr: 'main', status: 422, operation: 'the transaction', said },
        { unlogged: said },
      ),
    );
    assert.match(failureOf({ owner: 'somebody' }, error).message, /Foreignname/);
    assert.doesNotMatch(failureOf({ owner: automatic }, error).message, /Foreignname/);
    assert.match(failureOf({ owner: automatic }, error).message, /HTTP 422: \[told to the caller alone\]/);
  });
});
