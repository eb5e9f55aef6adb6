import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { jetstream } from '@nats-io/jetstream';
import { connect, nanos, nkeys } from '@nats-io/transport-node';
import { hasEnded } from '../../../src/queue/job.ts';
import { newJob } from '../../queue/support/queue-bench.ts';
import { triedWorker } from '../../queue/support/tried-worker.ts';
import { natsMissing, startNats } from '../../support/nats/start-nats.ts';
import { until } from '../../support/until.ts';
import { type Opened, openOnNats } from './support/open-on-nats.ts';

const run = promisify(execFile);

describe('a NATS that others look after', { skip: natsMissing }, () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-nats-access-'));
  });
  after(async () => await rm(folder, { recursive: true, force: true }));

  const fileOf = async (name: string, content: string) => {
    const file = join(folder, name);
    await writeFile(file, content);
    return file;
  };
  const server = async (test: TestContext, more: string) => {
    const nats = await startNats(more);
    test.after(nats.close);
    return nats;
  };
  const doesOne = async (opened: Opened, what = 'one') => {
    opened.work(triedWorker(async ({ request }) => ({ text: request.what })));
    const { job } = await opened.queue.submit(newJob(what));
    await until(async () => {
      const found = await opened.queue.find(job.id);
      return found !== undefined && hasEnded(found);
    });
    assert.deepEqual((await opened.queue.find(job.id))?.result, { text: what });
  };

  it('takes a user with a password, a changed one from the next connection on', async (test) => {
    const { url } = await server(test, 'authorization: { user: lobar, password: "it is secret" }');
    const passwordFile = await fileOf('password', 'not yet\n');
    const opened = await openOnNats(test, { url, username: 'lobar', passwordFile }, { wait: false });
    await until(() => opened.log.length > 0);
    assert.match(opened.log[0] ?? '', /NATS refuses the credentials/);
    await fileOf('password', 'it is secret\n');
    await until(() => opened.queue.up);
    await doesOne(opened);
    assert.ok(!opened.log.join().includes('secret'));
  });

  it('takes a token', async (test) => {
    const { url } = await server(test, 'authorization: { token: "a token" }');
    await doesOne(await openOnNats(test, { url, tokenFile: await fileOf('token', 'a token') }));
  });

  it('takes credentials, a JWT and its key', async (test) => {
    const [operator, user] = [nkeys.createOperator(), nkeys.createUser()];
    const [system, account] = [nkeys.createAccount(), nkeys.createAccount()];
    const without = -1;
    const limits = {
      ...{ subs: without, data: without, payload: without, imports: without, exports: without },
      ...{ conn: without, leaf: without, mem_storage: without, disk_storage: without },
      ...{ streams: without, consumer: without, wildcards: true },
    };
    const operatorJwt = natsJwt(operator, operator.getPublicKey(), { type: 'operator' });
    const accountJwt = natsJwt(operator, account.getPublicKey(), { type: 'account', limits });
    const { mem_storage: _, disk_storage: __, streams: ___, consumer: ____, ...withoutJetStream } = limits;
    const systemJwt = natsJwt(operator, system.getPublicKey(), { type: 'account', limits: withoutJetStream });
    const rights = { pub: {}, sub: {}, subs: without, data: without, payload: without };
    const userJwt = natsJwt(account, user.getPublicKey(), { type: 'user', ...rights });
    const { url } = await server(
      test,
      `operator: ${operatorJwt}\nresolver: MEMORY\nsystem_account: ${system.getPublicKey()}
       resolver_preload: { ${account.getPublicKey()}: ${accountJwt}, ${system.getPublicKey()}: ${systemJwt} }`,
    );
    const seed = Buffer.from(user.getSeed()).toString();
    const credentialsFile = await fileOf(
      'lobar.creds',
      `-----BEGIN NATS USER JWT-----\n${userJwt}\n------END NATS USER JWT------\n\n` +
        `-----BEGIN USER NKEY SEED-----\n${seed}\n------END USER NKEY SEED------\n`,
    );
    await doesOne(await openOnNats(test, { url, credentialsFile }));
    await assert.rejects(openOnNats(test, { url, credentialsFile: await fileOf('empty.creds', 'x') }), {
      code: 'config-invalid',
    });
  });

  it('says which right its user lacks', async (test) => {
    const { url } = await server(
      test,
      `authorization: { users: [ { user: lobar, password: p, permissions: {
         publish: ["$JS.API.STREAM.INFO.>", "lobar.>"], subscribe: ["_INBOX.>"] } } ] }`,
    );
    const settings = { url, username: 'lobar', passwordFile: await fileOf('p', 'p') };
    const opened = await openOnNats(test, settings, { wait: false });
    await until(() => opened.log.length > 0);
    assert.equal(
      opened.log[0],
      'the queue cannot be reached: cannot create the stream lobar-jobs: its NATS user may not publish to $JS.API.STREAM.CREATE.lobar-jobs',
    );
    await assert.rejects(opened.queue.submit(newJob('in vain')), /may not publish to \$JS/);
  });

  it('needs no more rights than these', async (test) => {
    const { url } = await server(
      test,
      `authorization: { users: [ { user: lobar, password: p, permissions: {
         publish: ["$JS.API.>", "$JS.ACK.>", "$KV.lobar-jobs.>", "$KV.lobar-keys.>", "lobar.>"],
         subscribe: ["_INBOX.>", "$KV.lobar-jobs.>"] } } ] }`,
    );
    await doesOne(await openOnNats(test, { url, username: 'lobar', passwordFile: await fileOf('p', 'p') }));
  });

  it('says so where JetStream is not enabled', async (test) => {
    const { url } = await server(
      test,
      'accounts: { A: { users: [ { user: a, password: p } ] } }\nno_auth_user: a',
    );
    const opened = await openOnNats(test, { url }, { wait: false });
    await until(() => opened.log.length > 0);
    assert.match(opened.log[0] ?? '', /JetStream/i);
  });

  it('works on streams that somebody made, and leaves alone what it cannot change', async (test) => {
    const { url } = await server(test, '');
    const connection = await connect({ servers: url });
    const manager = await jetstream(connection).jetstreamManager();
    await manager.streams.add({
      name: 'lobar-jobs',
      subjects: ['lobar.jobs.*'],
      retention: 'workqueue',
      storage: 'memory',
      max_msgs: 5,
      description: 'made by hand',
    });
    await doesOne(await openOnNats(test, { url, length: 7 }));
    const { config } = await manager.streams.info('lobar-jobs');
    assert.deepEqual([config.storage, config.max_msgs, config.description], ['memory', 7, 'made by hand']);
    await connection.close();
  });

  it('changes what can be changed beside what cannot', async (test) => {
    const { url } = await server(test, '');
    const connection = await connect({ servers: url });
    const manager = await jetstream(connection).jetstreamManager();
    await manager.streams.add({ name: 'lobar-jobs', subjects: ['lobar.jobs.*'], retention: 'workqueue' });
    // As an earlier one made it: that it has only so many who wait is for good.
    await manager.consumers.add('lobar-jobs', {
      ...{ durable_name: 'lobar-workers', ack_policy: 'explicit', max_waiting: 100 },
      ...{ ack_wait: nanos(5000), max_ack_pending: 10 },
    });
    const opened = await openOnNats(test, { url, ackSeconds: 40 });
    const { config } = await manager.consumers.info('lobar-jobs', 'lobar-workers');
    assert.deepEqual([config.ack_wait, config.max_ack_pending, config.max_waiting], [nanos(40_000), -1, 100]);
    assert.match(opened.log[0] ?? '', /^consumer lobar-workers keeps its max_waiting: JetStream says/);
    await connection.close();
  });

  it('gives signs of life as often as a consumer wants them that it may not change', async (test) => {
    const { url } = await server(
      test,
      `authorization: { users: [
         { user: lobar, password: p, permissions: {
           publish: { deny: ["$JS.API.CONSUMER.CREATE.lobar-jobs.>", "$JS.API.CONSUMER.DURABLE.CREATE.lobar-jobs.>"] } } }
         { user: admin, password: p } ] }`,
    );
    const connection = await connect({ servers: url, user: 'admin', pass: 'p' });
    const manager = await jetstream(connection).jetstreamManager();
    await manager.streams.add({ name: 'lobar-jobs', subjects: ['lobar.jobs.*'], retention: 'workqueue' });
    await manager.consumers.add('lobar-jobs', {
      ...{ durable_name: 'lobar-workers', ack_policy: 'explicit', ack_wait: nanos(2000), max_deliver: -1 },
    });
    const opened = await openOnNats(test, { url, username: 'lobar', passwordFile: await fileOf('p', 'p') });
    assert.match(opened.log.join('\n'), /^consumer lobar-workers keeps its ack_wait: its NATS user may not/m);
    assert.equal(opened.backend.ackMs, 2000);
    await connection.close();
  });

  it('keeps nothing without a bound', async (test) => {
    const { url } = await server(test, '');
    await openOnNats(test, { url, length: 7 });
    const connection = await connect({ servers: url });
    const manager = await jetstream(connection).jetstreamManager();
    const bounds = new Map<string, [number, string]>();
    for await (const { config } of manager.streams.list())
      bounds.set(config.name, [config.max_msgs, config.discard]);
    assert.deepEqual(Object.fromEntries(bounds), {
      'lobar-jobs': [7, 'new'],
      'lobar-callbacks': [70, 'new'],
      'lobar-dead-letters': [70, 'old'],
      'KV_lobar-jobs': [700, 'old'],
      'KV_lobar-keys': [7000, 'old'],
    });
    await connection.close();
  });

  it('refuses a stream that is none of a queue', async (test) => {
    const { url } = await server(test, '');
    const connection = await connect({ servers: url });
    const manager = await jetstream(connection).jetstreamManager();
    await manager.streams.add({ name: 'lobar-jobs', subjects: ['lobar.jobs.*'], max_age: nanos(60_000) });
    const opened = await openOnNats(test, { url }, { wait: false });
    await until(() => opened.log.length > 0);
    assert.match(opened.log[0] ?? '', /stream lobar-jobs has the retention 'limits', and not 'workqueue'/);
    // As soon as it is mended it works.
    await manager.streams.delete('lobar-jobs');
    await until(() => opened.queue.up);
    await connection.close();
  });

  it('keeps a result that is longer than a message may be', async (test) => {
    const { url } = await server(test, 'max_payload: 16384');
    const opened = await openOnNats(test, { url });
    // Random text cannot be compressed to less than three quarters.
    const text = Buffer.from(crypto.getRandomValues(new Uint8Array(60_000))).toString('base64');
    opened.work(triedWorker(async () => ({ text })));
    const { job } = await opened.queue.submit(newJob('long'));
    await until(async () => (await opened.queue.find(job.id))?.state === 'finished');
    assert.deepEqual((await opened.queue.find(job.id))?.result, { text });
  });

  it('speaks TLS with a server that it trusts, and with no other', async (test) => {
    const certificate = async (name: string) => {
      const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
      await run('openssl', [
        ...[
          'req',
          '-x509',
          '-newkey',
          'ec',
          '-pkeyopt',
          'ec_paramgen_curve:prime256v1',
          '-nodes',
          '-days',
          '1',
        ],
        ...['-subj', '/CN=nats', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
        ...['-keyout', key, '-out', cert],
      ]);
      return { key, cert };
    };
    const [own, other] = [await certificate('own'), await certificate('other')];
    const { port } = await server(test, `tls: { cert_file: "${own.cert}", key_file: "${own.key}" }`);
    for (const host of ['localhost', '127.0.0.1']) {
      const url = `tls://${host}:${port}`;
      await doesOne(await openOnNats(test, { url, tls: { caFile: own.cert } }), host);
      const refused = await openOnNats(test, { url, tls: { caFile: other.cert } }, { wait: false });
      await until(() => refused.log.length > 0);
      assert.match(refused.log[0] ?? '', /TLS failed/);
      const plain = await openOnNats(test, { url }, { wait: false });
      await until(() => plain.log.length > 0);
      assert.match(plain.log[0] ?? '', /TLS failed/);
      await doesOne(await openOnNats(test, { url, tls: { insecure: true } }), 'insecure');
    }
  });

  it('sends nothing in the clear where TLS is wanted', async (test) => {
    const { port } = await server(test, '');
    const opened = await openOnNats(test, { url: `tls://localhost:${port}` }, { wait: false });
    await until(() => opened.log.length > 0);
    assert.match(opened.log[0] ?? '', /TLS is wanted and not offered/);
  });
});

/** As NATS wants a JWT (github.com/nats-io/jwt, version 2): signed with the key of whoever issues it. */
function natsJwt(issuer: ReturnType<typeof nkeys.createUser>, subject: string, nats: object): string {
  const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const header = encoded({ typ: 'JWT', alg: 'ed25519-nkey' });
  const claims = encoded({
    ...{ jti: subject, iat: 1_700_000_000, iss: issuer.getPublicKey(), name: 'test', sub: subject },
    nats: { ...nats, version: 2 },
  });
  const signature = issuer.sign(new TextEncoder().encode(`${header}.${claims}`));
  return `${header}.${claims}.${Buffer.from(signature).toString('base64url')}`;
}
