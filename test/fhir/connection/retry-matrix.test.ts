/** FHIR.md, Transport: what is sent again, what is permanent, and what an error may claim. */
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { ErrorCode } from '../../../src/errors.ts';
import { type Answer, json, outcome, searchset, transactionResponse } from '../ehr-fixture.ts';
import {
  errorOf,
  failureOf,
  hangUp,
  inTurn,
  oneReport,
  openPeer,
  openTestConnection,
  raw,
  signal,
  stall,
} from './connection-fixture.ts';

interface Row {
  readonly answer: Answer;
  /** What a search ends with, and how often it was sent. */
  readonly search: readonly [ErrorCode, 1 | 3];
  /** What a transaction ends with, and whether it may be sent again once the EHR was looked at. */
  readonly transaction: readonly [ErrorCode, 'again' | 'never'];
}

const permanent = {
  search: ['ehr-rejected', 1],
  transaction: ['ehr-rejected', 'never'],
} as const;
const refusedAccess = {
  search: ['ehr-auth-failed', 1],
  transaction: ['ehr-auth-failed', 'never'],
} as const;
const notTaken = { search: ['ehr-error', 3], transaction: ['ehr-error', 'again'] } as const;
const changedMeanwhile = {
  search: ['ehr-rejected', 1],
  transaction: ['ehr-rejected', 'again'],
} as const;
const inTrouble = { search: ['ehr-error', 3], transaction: ['ehr-outcome-unknown', 'again'] } as const;
const broken = { search: ['ehr-unreachable', 3], transaction: ['ehr-outcome-unknown', 'again'] } as const;
const silent = { search: ['ehr-timeout', 3], transaction: ['ehr-outcome-unknown', 'again'] } as const;
const somethingElse = {
  search: ['ehr-response-invalid', 1],
  transaction: ['ehr-response-invalid', 'never'],
} as const;

const statuses = {
  400: permanent,
  401: refusedAccess,
  403: refusedAccess,
  404: permanent,
  405: permanent,
  406: permanent,
  408: notTaken,
  409: changedMeanwhile,
  410: permanent,
  412: changedMeanwhile,
  413: permanent,
  415: permanent,
  422: permanent,
  429: notTaken,
  500: inTrouble,
  501: inTrouble,
  502: inTrouble,
  503: inTrouble,
  504: inTrouble,
} as const;

const html = '<html>Please log in</html>';
const whole = JSON.stringify(searchset([]));

const rows: Record<string, Row> = {
  ...Object.fromEntries(
    Object.entries(statuses).map(([status, row]) => [
      `HTTP ${status}`,
      { ...row, answer: json(Number(status), outcome('because')) },
    ]),
  ),
  'HTTP 502 with a page of HTML': { ...inTrouble, answer: raw(502, html, { 'content-type': 'text/html' }) },
  'HTTP 404 with a page of HTML': { ...permanent, answer: raw(404, html, { 'content-type': 'text/html' }) },
  'a connection that is reset after the request': { ...broken, answer: hangUp },
  'an answer that stops in the middle of its bytes': {
    ...broken,
    answer: (request, response) => {
      response.writeHead(200, { 'content-length': whole.length });
      response.write(whole.slice(0, 10), () => request.socket.destroy());
    },
  },
  'no answer at all': { ...silent, answer: stall },
  'an answer that stalls in the middle': {
    ...silent,
    answer: (_request, response) => {
      response.writeHead(200);
      response.write(whole.slice(0, 10));
    },
  },
  'a page of HTML with 200': { ...somethingElse, answer: raw(200, html, { 'content-type': 'text/html' }) },
  'nothing with 200': { ...somethingElse, answer: raw(200, '') },
  'null with 200': { ...somethingElse, answer: raw(200, 'null') },
  'a number with 200': { ...somethingElse, answer: raw(200, '42') },
  'a list with 200': { ...somethingElse, answer: raw(200, '[]') },
  'JSON that is cut off, with an orderly end': { ...somethingElse, answer: raw(200, whole.slice(0, -5)) },
  'an OperationOutcome of errors with 200': { ...somethingElse, answer: json(200, outcome('because')) },
  'another resource with 200': { ...somethingElse, answer: json(200, { resourceType: 'Basic' }) },
  'a Bundle of another type': {
    ...somethingElse,
    answer: json(200, { ...searchset([]), type: 'collection' }),
  },
  'a redirect': { ...somethingElse, answer: json(307, {}, { location: '/elsewhere' }) },
  'a compressed answer': {
    ...somethingElse,
    answer: raw(200, gzipSync(whole), { 'content-encoding': 'gzip' }),
  },
  'an answer over limits.jsonBytes': {
    ...somethingElse,
    answer: json(200, { ...searchset([]), pad: 'x'.repeat(2 ** 20) }),
  },
};

/** Codes whose sentence says that no report was published. */
const claim = /No report was published/;
const knownUndone: readonly string[] = ['ehr-rejected', 'ehr-error', 'ehr-auth-failed', 'ehr-unreachable'];

describe('What is sent again, and what it ends with', { concurrency: 8 }, () => {
  for (const [what, row] of Object.entries(rows)) {
    const [searchCode, sent] = row.search;
    it(`${what}: a search is sent ${sent === 1 ? 'once' : 'three times'}, then ${searchCode}`, async () => {
      await using peer = await openPeer(row.answer);
      await using connection = openTestConnection(peer.url);
      const { code, message } = await errorOf(connection.search('Basic', {}, { signal }));
      assert.equal(code, searchCode);
      assert.equal(/Check that its url is the FHIR base/.test(message), code === 'ehr-response-invalid');
      assert.equal(peer.requests.length, sent);
    });

    const [writeCode, again] = row.transaction;
    it(`${what}: a transaction is sent once, then ${writeCode}, to be tried ${again}`, async () => {
      await using peer = await openPeer(row.answer);
      await using connection = openTestConnection(peer.url);
      const { error, retryable } = await failureOf(connection.transact(oneReport, { signal }));
      assert.equal(error.code, writeCode);
      assert.equal(retryable, again === 'again');
      assert.equal(peer.requests.length, 1);
      assert.equal(claim.test(error.message), knownUndone.includes(writeCode), error.message);
      // A redirect was not carried out.
      const unknown = writeCode === 'ehr-response-invalid' && what !== 'a redirect';
      assert.equal(/It is not known what it holds now\. Look at its log/.test(error.message), unknown);
      assert.equal(/Check that its url/.test(error.message), what === 'a redirect');
    });
  }

  it('a connection that is reset before the request was read: the same as after it, as that cannot be told', async () => {
    await using peer = await openPeer(stall, (socket) => socket.destroy());
    await using connection = openTestConnection(peer.url);
    const { code } = await errorOf(connection.search('Basic', {}, { signal }));
    assert.equal(code, 'ehr-unreachable');
    assert.equal(peer.connections, 3);
    const { error, retryable } = await failureOf(connection.transact(oneReport, { signal }));
    assert.deepEqual([error.code, retryable], ['ehr-outcome-unknown', true]);
    assert.equal(peer.connections, 4);
  });

  it('a connection that is refused: nothing was published, and a write may be tried again', async () => {
    await using connection = openTestConnection(`http://127.0.0.1:${await deadPort()}/fhir`);
    const { code } = await errorOf(connection.search('Basic', {}, { signal }));
    assert.equal(code, 'ehr-unreachable');
    const { error, retryable } = await failureOf(connection.transact(oneReport, { signal }));
    assert.deepEqual([error.code, retryable], ['ehr-unreachable', true]);
    assert.match(error.message, /connection refused.*No report was published/);
  });

  it('a reading of what is not there or not there any more is an answer', async () => {
    for (const status of [404, 410]) {
      await using peer = await openPeer(json(status, outcome('not there')));
      await using connection = openTestConnection(peer.url);
      assert.equal(await connection.read('Basic', 'b1', { signal }), undefined);
      assert.equal(peer.requests.length, 1);
    }
  });

  it('a server in trouble that recovers gives its answer, asked with the same id', async () => {
    await using peer = await openPeer(
      inTurn(json(503, {}), (request) => request.socket.destroy(), json(200, searchset([]))),
    );
    await using connection = openTestConnection(peer.url);
    const { type } = await connection.search('Basic', {}, { signal, requestId: 'run-1' });
    assert.equal(type, 'searchset');
    assert.deepEqual(
      peer.requests.map(({ headers }) => headers['x-request-id']),
      ['run-1', 'run-1', 'run-1'],
    );
  });

  it('names the settings of the server it is about', async () => {
    await using peer = await openPeer(inTurn(stall, stall, stall, json(403, {})));
    await using connection = openTestConnection(peer.url, {}, 'audit.fhir');
    const { message } = await errorOf(connection.search('Basic', {}, { signal }));
    assert.match(message, /the limit audit\.fhir\.timeouts\.firstByte/);
    const refused = await errorOf(connection.search('Basic', {}, { signal }));
    assert.match(
      refused.message,
      /check audit\.fhir\.bearerTokenFile, basic, oauth2, smart or tls\.certFile/,
    );
  });
});

describe('A transaction-response', () => {
  const cases: readonly [string, unknown, RegExp][] = [
    ['with one entry refused', transactionResponse(['422 Unprocessable']), /refused entry 0 .* \(HTTP 422/],
    ['with fewer entries', transactionResponse([]), /of 1 entries with 0/],
    ['with more entries', transactionResponse(['200', '200']), /of 1 entries with 2/],
    ['without a status', transactionResponse(['done']), /no status for entry 0/],
    ['with entries that are none', { ...transactionResponse([]), entry: [null] }, /malformed/],
    ['with no list of entries', { ...transactionResponse([]), entry: null }, /malformed/],
    [
      'with errors told under 200',
      {
        ...transactionResponse([]),
        entry: [{ response: { status: '200 OK', outcome: outcome('not stored') } }],
      },
      /refused entry 0 .* \(HTTP 200: not stored\)/,
    ],
  ];
  for (const [what, answer, problem] of cases) {
    it(`${what} is ehr-response-invalid, and claims nothing of what was published`, async () => {
      await using peer = await openPeer(json(200, answer));
      await using connection = openTestConnection(peer.url);
      const { error, retryable } = await failureOf(connection.transact(oneReport, { signal }));
      assert.equal(error.code, 'ehr-response-invalid');
      assert.equal(retryable, false);
      assert.match(error.message, problem);
      assert.doesNotMatch(error.message, claim);
    });
  }

  it('with warnings is a success', async () => {
    const warning = { ...outcome('odd').issue[0], severity: 'warning' };
    const entry = [
      { response: { status: '201', outcome: { resourceType: 'OperationOutcome', issue: [warning] } } },
    ];
    await using peer = await openPeer(json(200, { ...transactionResponse([]), entry }));
    await using connection = openTestConnection(peer.url);
    assert.ok('written' in (await connection.transact(oneReport, { signal })));
  });
});

/** A port that was free a moment ago. */
async function deadPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
