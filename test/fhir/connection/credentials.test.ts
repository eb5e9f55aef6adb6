import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { json, outcome, searchset } from '../ehr-fixture.ts';
import { errorOf, openPeer, openTestConnection, signal } from './connection-fixture.ts';

describe('Credentials', () => {
  let folder = '';
  let bearerTokenFile = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-token-'));
    bearerTokenFile = join(folder, 'token');
  });
  after(() => rm(folder, { recursive: true }));

  it('are read from their file for every request', async () => {
    await using peer = await openPeer(json(200, searchset([])));
    await using connection = openTestConnection(peer.url, { bearerTokenFile });
    for (const token of ['first\n', 'second']) {
      await writeFile(bearerTokenFile, token);
      await connection.search('Basic', {}, { signal });
    }
    assert.deepEqual(
      peer.requests.map(({ headers }) => headers.authorization),
      ['Bearer first', 'Bearer second'],
    );
  });

  it('whose file is gone are named as the problem', async () => {
    await using peer = await openPeer(json(200, searchset([])));
    await using connection = openTestConnection(peer.url, { bearerTokenFile: '/nowhere/token' });
    const { code, message } = await errorOf(connection.search('Basic', {}, { signal }));
    assert.equal(code, 'config-invalid');
    assert.match(message, /ehr\.main\.bearerTokenFile: cannot be read \(ENOENT\)/);
    assert.equal(peer.requests.length, 0);
  });

  it('that are no token are a mistake of the configuration, and are not sent or repeated', async () => {
    await writeFile(bearerTokenFile, 'two words of secret');
    await using peer = await openPeer(json(200, searchset([])));
    await using connection = openTestConnection(peer.url, { bearerTokenFile });
    const { code, message } = await errorOf(connection.search('Basic', {}, { signal }));
    assert.equal(code, 'config-invalid');
    assert.doesNotMatch(message, /secret/);
    assert.equal(peer.requests.length, 0);
  });

  it('that the EHR refuses are told with the setting to check', async () => {
    await using peer = await openPeer(json(401, outcome('who is this?')));
    await using connection = openTestConnection(peer.url);
    const { code, message } = await errorOf(connection.search('Basic', {}, { signal }));
    assert.equal(code, 'ehr-auth-failed');
    assert.match(
      message,
      /HTTP 401 to the search for Basic, sent with no credentials: who is this\?; check ehr\.main\.bearerTokenFile/,
    );
  });

  it('of authorities that cannot be read are a mistake of the configuration', () => {
    const tls = { insecure: false, caFile: '/nowhere' };
    assert.throws(() => openTestConnection('https://ehr.example/fhir', { tls }), { code: 'config-invalid' });
  });
});
