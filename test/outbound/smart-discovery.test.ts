import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { describe, it, type TestContext } from 'node:test';
import { unrestricted } from '../../src/outbound/open-agent.ts';
import { openSmartDiscovery } from '../../src/outbound/smart-discovery.ts';
import { loopbackCertificate } from '../dicomweb/support/loopback-certificate.ts';
import { answers, serve } from './support/servers.ts';

const tokenUrl = 'https://login.example.org/token?tenant=1';
const json = { 'content-type': 'application/json' };
/** The required fields of the example of SMART App Launch 2.2, "Conformance". */
const complete = {
  token_endpoint: tokenUrl,
  token_endpoint_auth_methods_supported: ['client_secret_basic', 'private_key_jwt'],
  token_endpoint_auth_signing_alg_values_supported: ['RS384', 'ES384'],
  grant_types_supported: ['authorization_code', 'client_credentials'],
  capabilities: ['client-confidential-asymmetric'],
};
const saying = (document: unknown) => answers(200, JSON.stringify(document), json);

/** Asks a FHIR server whose answers are given one after the other, the last one again and again. */
async function discoveryOf(t: TestContext, inTurn: readonly RequestListener[], secure = false) {
  const seen: { url: string | undefined; headers: object }[] = [];
  const { url } = await serve(
    t,
    (request, response) => {
      const answer = inTurn[Math.min(seen.length, inTurn.length - 1)];
      seen.push({ url: request.url, headers: request.headers });
      answer?.(request, response);
    },
    secure ? loopbackCertificate : undefined,
  );
  const clock = { now: 0 };
  const discovery = openSmartDiscovery({
    endpoint: 'ehr.main',
    url: `${url}/fhir/`,
    headers: { 'X-Api-Key': 'k' },
    tls: { insecure: secure },
    timeouts: { connect: 1, firstByte: 0.3, idle: 1, total: 10 },
    outbound: unrestricted,
    now: () => clock.now,
  });
  t.after(() => discovery.close());
  return { discovery, seen, clock };
}

describe('The discovery of a token endpoint', () => {
  it('asks below the FHIR base, with the headers of the EHR, once an hour', async (t) => {
    const moved = { ...complete, token_endpoint: 'https://new.example.org/' };
    const { discovery, seen, clock } = await discoveryOf(t, [saying(complete), saying(moved)]);
    assert.equal(await discovery.tokenUrl('RS384'), tokenUrl);
    clock.now = 3_599_999;
    assert.equal(await discovery.tokenUrl('ES384'), tokenUrl);
    clock.now = 3_600_000;
    assert.equal(await discovery.tokenUrl('RS384'), 'https://new.example.org/');
    assert.deepEqual(
      seen.map(({ url }) => url),
      Array(2).fill('/fhir/.well-known/smart-configuration'),
    );
    const headers = seen[0]?.headers as Record<string, string>;
    assert.deepEqual(
      [headers['x-api-key'], headers['accept'], headers['authorization']],
      ['k', 'application/json', undefined],
    );
  });

  it('asks again when told that something may have changed', async (t) => {
    const { discovery, seen } = await discoveryOf(t, [saying(complete)]);
    await discovery.tokenUrl('RS384');
    discovery.invalidate();
    await discovery.tokenUrl('RS384');
    assert.equal(seen.length, 2);
  });

  it('goes on with what it knows while it gets no better answer', async (t) => {
    for (const worse of [answers(503), answers(404), answers(200, '<html>')]) {
      const { discovery } = await discoveryOf(t, [saying(complete), worse]);
      await discovery.tokenUrl('RS384');
      discovery.invalidate();
      assert.equal(await discovery.tokenUrl('RS384'), tokenUrl);
    }
  });

  it('asks no more of a server that says no more than its token endpoint', async (t) => {
    const { discovery } = await discoveryOf(t, [saying({ token_endpoint: tokenUrl })]);
    assert.equal(await discovery.tokenUrl('ES384'), tokenUrl);
  });

  it('may find plain http where the FHIR base itself is http', async (t) => {
    const { discovery } = await discoveryOf(t, [saying({ token_endpoint: 'http://127.0.0.1/token' })]);
    assert.equal(await discovery.tokenUrl('RS384'), 'http://127.0.0.1/token');
  });

  const { token_endpoint: _none, ...without } = complete;
  const refused: readonly [string, RequestListener, RegExp][] = [
    ['404', answers(404), /smart-configuration answered HTTP 404; set ehr\.main\.smart\.tokenUrl if/],
    ['a redirect', answers(302, '', { location: '/x' }), /HTTP 302; set ehr\.main\.smart\.tokenUrl/],
    ['a page of HTML', answers(200, '<html>Please log in</html>'), /no JSON object; set ehr\.main\.smart/],
    ['a list', saying([complete]), /no JSON object/],
    ['a flood', answers(200, `{"a":"${'x'.repeat(300_000)}"}`), /answered more than 256 KiB/],
    ['no token endpoint', saying(without), /names no token_endpoint; set/],
    [
      'a number as token endpoint',
      saying({ token_endpoint: 1 }),
      /names a token_endpoint that is no URL; set/,
    ],
    ['a path as token endpoint', saying({ token_endpoint: '/token' }), /that is no URL; set/],
    ['a file as token endpoint', saying({ token_endpoint: 'file:///etc/canary' }), /no URL of the web; set/],
    [
      'a token endpoint with credentials',
      saying({ token_endpoint: 'https://canary:canary@example.org/' }),
      /with credentials or a fragment/,
    ],
    [
      'other ways to log in',
      saying({ ...complete, token_endpoint_auth_methods_supported: ['client_secret_basic'] }),
      /does not offer private_key_jwt; set/,
    ],
    [
      'another algorithm that could be ours',
      saying({ ...complete, token_endpoint_auth_signing_alg_values_supported: ['ES384'] }),
      /does not offer RS384, by which our key signs; put a key for ES384 first/,
    ],
    [
      'another algorithm',
      saying({ ...complete, token_endpoint_auth_signing_alg_values_supported: ['RS256'] }),
      /does not offer RS384, by which our key signs; set ehr\.main\.smart\.tokenUrl/,
    ],
  ];
  for (const [what, answer, problem] of refused) {
    it(`that finds ${what} is a mistake that will not pass`, async (t) => {
      const { discovery } = await discoveryOf(t, [answer]);
      await assert.rejects(discovery.tokenUrl('RS384'), (error: Error & { kind?: string }) => {
        assert.equal(error.kind, 'refused');
        assert.match(error.message, problem);
        assert.doesNotMatch(error.message, /canary/);
        return true;
      });
    });
  }

  it('refuses a token endpoint without TLS where the FHIR base has it', async (t) => {
    const { discovery } = await discoveryOf(t, [saying({ token_endpoint: 'http://127.0.0.1/token' })], true);
    await assert.rejects(discovery.tokenUrl('RS384'), { kind: 'refused', problem: /without TLS \(http\)/ });
  });

  const passing: readonly [string, RequestListener, RegExp][] = [
    ['503', answers(503), /answered HTTP 503$/],
    ['429', answers(429), /answered HTTP 429$/],
    ['nothing', (request) => request.socket.destroy(), /smart-configuration cannot be asked: it closed/],
    [
      'silence',
      () => undefined,
      /longer than 0\.3 s \(waiting for the answer\), the limit ehr\.main\.timeouts/,
    ],
  ];
  for (const [what, answer, problem] of passing) {
    it(`that meets ${what} may go better the next time, and does`, async (t) => {
      const { discovery } = await discoveryOf(t, [answer, saying(complete)]);
      await assert.rejects(discovery.tokenUrl('RS384'), { kind: 'unavailable', problem });
      assert.equal(await discovery.tokenUrl('RS384'), tokenUrl);
    });
  }
});
