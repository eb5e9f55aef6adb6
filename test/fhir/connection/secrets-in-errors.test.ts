import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { EhrConfig } from '../../../src/config-schema.ts';
import { json, outcome, searchset, transactionResponse } from '../ehr-fixture.ts';
import {
  errorOf,
  failureOf,
  oneReport,
  openPeer,
  openTestConnection,
  signal,
  type TestConnection,
} from './connection-fixture.ts';

const secrets = {
  token: 'canary-token-1f',
  password: 'canary pass:word',
  header: 'canary-api-key',
  personal: 'MRN-42',
};
const encoded = Buffer.from(`lobar:${secrets.password}`).toString('base64');
const gossip = outcome(
  `Got Bearer ${secrets.token}, Basic ${encoded} (${secrets.password}), key ${secrets.header} for ${secrets.personal}`,
);
const call = { signal, personal: [secrets.personal] };
const resource = { resourceType: 'Basic', id: 'b1', code: {} } as const;

/** What may be made of a gossiping answer, and what is asked when it comes. */
const answers: Record<
  string,
  readonly [number, unknown, (connection: TestConnection) => Promise<{ message: string }>]
> = {
  '401 to a search': [401, gossip, (to) => errorOf(to.search('Basic', {}, call))],
  '403 to a write': [403, gossip, async (to) => (await failureOf(to.transact(oneReport, call))).error],
  '422 to a write': [422, gossip, async (to) => (await failureOf(to.transact(oneReport, call))).error],
  '404 to a search': [404, gossip, (to) => errorOf(to.search('Basic', {}, call))],
  '200 to a search': [200, gossip, (to) => errorOf(to.search('Basic', {}, call))],
  '200 to a reading': [200, gossip, (to) => errorOf(to.read('Basic', 'b1', call))],
  '200 to the CapabilityStatement': [200, gossip, (to) => errorOf(to.capabilities(call))],
  '200 to a transaction': [200, gossip, async (to) => (await failureOf(to.transact(oneReport, call))).error],
  '200 to a creation': [200, gossip, async (to) => (await failureOf(to.create(resource, call))).error],
  '200 to an update': [200, gossip, async (to) => (await failureOf(to.update(resource, call))).error],
  'an entry of a searchset': [
    200,
    { ...searchset([]), entry: [{ resource: gossip, search: { mode: 'outcome' } }] },
    (to) => errorOf(to.search('Basic', {}, call)),
  ],
  'an entry of a transaction-response': [
    200,
    { ...transactionResponse([]), entry: [{ response: { status: '422', outcome: gossip } }] },
    async (to) => (await failureOf(to.transact(oneReport, call))).error,
  ],
};

describe('An error says neither a secret nor a patient that the EHR repeats', () => {
  let folder = '';
  let credentials: Record<string, Partial<EhrConfig>> = {};
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-secrets-'));
    const bearerTokenFile = join(folder, 'token');
    const passwordFile = join(folder, 'password');
    await writeFile(bearerTokenFile, secrets.token);
    await writeFile(passwordFile, secrets.password);
    const headers = { 'x-api-key': secrets.header };
    credentials = {
      token: { bearerTokenFile, headers },
      password: { basic: { username: 'lobar', passwordFile }, headers },
    };
  });
  after(() => rm(folder, { recursive: true }));

  for (const [where, [status, answer, ask]] of Object.entries(answers)) {
    it(`in ${where}`, async () => {
      for (const [kind, config] of Object.entries(credentials)) {
        await using peer = await openPeer(json(status, answer));
        await using connection = openTestConnection(peer.url, config);
        const { message } = await ask(connection);
        // The scheme is no secret: "Bearer token expired" is to be understood.
        assert.match(message, /Got Bearer .*, Basic /);
        const sent = kind === 'token' ? [secrets.token] : [secrets.password, encoded];
        for (const secret of [...sent, secrets.header, secrets.personal]) {
          assert.equal(message.includes(secret), false, `${secret} in ${message}`);
        }
      }
    });
  }
});
