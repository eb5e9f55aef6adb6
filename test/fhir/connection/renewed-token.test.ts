import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Answer, applied, json, outcome, searchset } from '../ehr-fixture.ts';
import {
  errorOf,
  failureOf,
  inTurn,
  oneReport,
  openPeer,
  openTestConnection,
  signal,
  type TestConnection,
} from './connection-fixture.ts';

const refused = json(401, outcome('expired'));

describe('A token that the EHR refuses', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-secret-'));
    await writeFile(join(folder, 'secret'), 'a-client-secret');
  });
  after(() => rm(folder, { recursive: true }));

  /** Asks an EHR with these answers; gives the Authorization of each request. */
  async function ask(answer: Answer, work: (connection: TestConnection) => Promise<unknown>) {
    let issued = 0;
    await using issuer = await openPeer((...exchange) => {
      issued += 1;
      json(200, { access_token: `token-${issued}`, token_type: 'Bearer', expires_in: 3600 })(...exchange);
    });
    await using peer = await openPeer(answer);
    await using connection = openTestConnection(peer.url, {
      oauth2: {
        tokenUrl: `${issuer.url}/token`,
        clientId: 'lobar',
        clientSecretFile: join(folder, 'secret'),
        clientAuthentication: 'basic',
        tls: { insecure: false },
      },
    });
    await work(connection);
    return peer.requests.map(({ headers }) => headers.authorization);
  }

  it('is replaced once for a search', async () => {
    const sent = await ask(inTurn(refused, json(200, searchset([]))), (to) =>
      to.search('Basic', {}, { signal }),
    );
    assert.deepEqual(sent, ['Bearer token-1', 'Bearer token-2']);
  });

  it('is replaced once for a write, which was not carried out', async () => {
    const sent = await ask(inTurn(refused, applied), async (to) =>
      assert.ok('written' in (await to.transact(oneReport, { signal }))),
    );
    assert.deepEqual(sent, ['Bearer token-1', 'Bearer token-2']);
  });

  it('is ehr-auth-failed when the next one is refused too', async () => {
    const sent = await ask(refused, async (to) => {
      const { code, message } = await errorOf(to.search('Basic', {}, { signal }));
      assert.equal(code, 'ehr-auth-failed');
      assert.match(message, /HTTP 401 .*sent with an OAuth 2 token: expired; check ehr\.main\.oauth2/);
    });
    assert.deepEqual(sent, ['Bearer token-1', 'Bearer token-2']);
    const written = await ask(refused, async (to) => {
      const { error, retryable } = await failureOf(to.transact(oneReport, { signal }));
      assert.deepEqual([error.code, retryable], ['ehr-auth-failed', false]);
    });
    assert.deepEqual(written, ['Bearer token-1', 'Bearer token-2']);
  });

  it('is not replaced for 403: it is known, and may not', async () => {
    const sent = await ask(json(403, {}), (to) => errorOf(to.search('Basic', {}, { signal })));
    assert.deepEqual(sent, ['Bearer token-1']);
  });
});
