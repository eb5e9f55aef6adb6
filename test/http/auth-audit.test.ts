import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { auditServer } from '../fhir/audit/audit-server.ts';
import { problemsOf } from '../fhir/validators.ts';
import { openTestService } from '../support/test-service.ts';
import { audience, openTokenIssuer } from './support/token-issuer.ts';

describe('The audit of an analysis that was asked for with a token', () => {
  it('names the client, and the user whom it acts for, as the issuer does', async (t) => {
    await using repository = await auditServer();
    const issuer = await openTokenIssuer(t);
    const test = await openTestService({
      audit: { fhir: { url: repository.url }, whenDown: 'required' },
      more: { auth: { oidc: { issuer: issuer.url, audience } } },
    });
    t.after(() => test.close());
    const ask = async (token?: string) => {
      const answer = await fetch(`${test.service.url}/v1/analyses`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify({ study: test.study.study.studyInstanceUid }),
      });
      return answer.status;
    };
    assert.equal(await ask(), 401);
    assert.equal(repository.events.length, 0, 'nothing was read');

    assert.equal(await ask(await issuer.token({ change: (claims) => (claims.sub = 'user-7') })), 200);
    const askers = repository.events.map(({ agent }) => agent.find(({ requestor }) => requestor));
    assert.equal(askers.length, 2);
    for (const asker of askers) {
      assert.deepEqual(asker?.who, {
        type: 'Device',
        display: 'Caller of the Lobar API',
        identifier: { system: issuer.url, value: 'ehr-1' },
      });
      assert.equal(asker?.altId, 'user-7');
      assert.equal(asker?.network?.address, '127.0.0.1');
    }
    const entry = repository.events.map((resource) => ({ resource }));
    assert.deepEqual(problemsOf({ resourceType: 'Bundle', type: 'collection', entry }), []);
  });
});
