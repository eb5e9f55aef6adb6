import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, it } from 'node:test';
import { LobarError } from '../../src/errors.ts';
import { publishFindings } from '../../src/fhir/publish-findings.ts';
import { hangUp, inTurn, raw, stall } from './connection/connection-fixture.ts';
import {
  type Answer,
  applied,
  json,
  openTestEhr,
  outcome,
  rawServer,
  searchset,
  transactionResponse,
} from './ehr-fixture.ts';
import { exampleFacts } from './facts.ts';
import { type Answers, posts, publishInto } from './publish-into.ts';

const impatient = { timeouts: { connect: 1, firstByte: 0.15, idle: 0.15, total: 20 } };
const html = raw(200, '<html>Please log in</html>', { 'content-type': 'text/html' });

describe('A failing EHR', { concurrency: 8 }, () => {
  it('that says 422 is not asked again, and its OperationOutcome goes back to the caller', async () => {
    const diagnostics = 'Observation.code: minimum required = 1';
    const { error, requests } = await publishInto({ transaction: json(422, outcome(diagnostics)) });
    assert.equal(error?.code, 'ehr-rejected');
    assert.match(
      error?.message ?? '',
      /HTTP 422: Observation\.code: minimum required = 1\. No report was published/,
    );
    assert.equal(posts(requests), 1);
  });

  it('that says a lot is cut to 300 characters', async () => {
    const { error } = await publishInto({ transaction: json(422, outcome('x'.repeat(5000))) });
    assert.match(error?.message ?? '', /: x{300}\. No report/);
  });

  it('that says 503 once is asked again, with the same bytes and request id', async () => {
    const { publication, requests } = await publishInto({
      transaction: inTurn(json(503, outcome('busy'), { 'retry-after': '0' }), applied),
    });
    assert.equal(publication?.alreadyPublished, false);
    const [first, second] = requests.filter(({ method }) => method === 'POST');
    assert.equal(first?.body, second?.body);
    assert.match(first?.headers['x-request-id'] as string, /^[0-9a-f-]{36}$/);
    assert.equal(first?.headers['x-request-id'], second?.headers['x-request-id']);
  });

  it('that says 503 three times to a search is ehr-error, and nothing was published', async () => {
    const { error, requests } = await publishInto({ run: json(503, outcome('busy')) });
    assert.equal(error?.code, 'ehr-error');
    assert.match(error?.message ?? '', /No report was published/);
    assert.equal(requests.length, 1 + 3);
  });

  it('that says 429 three times to the transaction is ehr-error: it did not take it', async () => {
    const busy = json(429, outcome('slow down'), { 'retry-after': '0' });
    const { error, requests } = await publishInto({ transaction: busy });
    assert.equal(error?.code, 'ehr-error');
    assert.equal(posts(requests), 3);
  });

  it('that wants us to come back much later is not waited for: the caller is told when', async () => {
    const later = { 'retry-after': '3600' };
    const { error, requests } = await publishInto({ transaction: json(429, outcome('slow down'), later) });
    assert.equal(error?.code, 'ehr-busy');
    assert.match(error?.message ?? '', /for 3600 s\. No report was published\./);
    assert.deepEqual(error?.details, { retryAfterSeconds: 3600 });
    assert.equal(posts(requests), 1);
  });

  const invalid: readonly [string, Answers, RegExp][] = [
    ['an HTML page with 200', { patient: html }, /is not JSON/],
    [
      'an OperationOutcome of errors with 200',
      { patient: json(200, outcome('not today')) },
      /with an OperationOutcome of errors: not today/,
    ],
    [
      'an OperationOutcome of errors with 200 to the transaction',
      { transaction: json(200, outcome('not today')) },
      /with an OperationOutcome of errors: not today/,
    ],
    ['JSON that is not FHIR', { run: json(200, ['no']) }, /no FHIR resource instead of Bundle/],
    [
      'a Bundle with entries that are none',
      { run: json(200, { ...searchset([]), entry: [null] }) },
      /malformed/,
    ],
    ['too few entries', { transaction: json(200, transactionResponse(['200 OK'])) }, /of 11 entries with 1/],
    [
      'entries without a status',
      { transaction: json(200, transactionResponse(Array(11).fill('done'))) },
      /no status/,
    ],
  ];
  for (const [what, answers, problem] of invalid) {
    it(`that answers ${what} is ehr-response-invalid`, async () => {
      const { error } = await publishInto(answers);
      assert.equal(error?.code, 'ehr-response-invalid');
      assert.match(error?.message ?? '', problem);
    });
  }

  it('that applies ten entries and refuses one is not said to have published nothing', async () => {
    const statuses = [...Array(10).fill('200 OK'), '422 Unprocessable'];
    const { error } = await publishInto({ transaction: json(200, transactionResponse(statuses)) });
    assert.equal(error?.code, 'ehr-response-invalid');
    assert.match(error?.message ?? '', /refused entry 10 of the transaction alone \(HTTP 422/);
    assert.doesNotMatch(error?.message ?? '', /No report was published/);
  });

  it('on a dead port is ehr-unreachable', async () => {
    const { ehr, options } = openTestEhr(`http://127.0.0.1:${await deadPort()}/fhir`);
    await assert.rejects(publishFindings(ehr, exampleFacts, options), {
      code: 'ehr-unreachable',
      message: /connection refused/,
    });
    await ehr.close();
  });

  it('that hangs up on a search is asked again, then ehr-unreachable', async () => {
    const { error, requests } = await publishInto({ run: hangUp });
    assert.equal(error?.code, 'ehr-unreachable');
    assert.equal(requests.length, 1 + 3);
  });

  it('that stalls is ehr-timeout, before and within its answer', async () => {
    const half: Answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/fhir+json' });
      response.write('{"resourceType":');
    };
    for (const [patient, limit] of [
      [stall, /0\.15 s \(waiting for the answer\), the limit ehr\.main\.timeouts\.firstByte/],
      [half, /0\.15 s \(in the middle of its answer\), the limit ehr\.main\.timeouts\.idle/],
    ] as const) {
      const { error } = await publishInto({ patient }, { config: impatient });
      assert.equal(error?.code, 'ehr-timeout');
      assert.match(error?.message ?? '', limit);
    }
  });

  it('that stalls once is asked again', async () => {
    const { publication, requests } = await publishInto(
      { transaction: inTurn(stall, applied) },
      { config: impatient },
    );
    assert.equal(publication?.alreadyPublished, false);
    assert.equal(posts(requests), 2);
  });
});

describe('A write that breaks off', { concurrency: 8 }, () => {
  const half: Answer = (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/fhir+json' });
    response.write('{"resourceType":');
  };
  const cases: readonly [string, Answer, RegExp][] = [
    ['as the EHR hangs up after reading it', hangUp, /\(the connection broke\)/],
    [
      'as the EHR does not answer',
      stall,
      /\(no answer within 0\.15 s, the limit ehr\.main\.timeouts\.firstByte\)/,
    ],
    [
      'in the middle of the answer',
      half,
      /\(no more of its answer within 0\.15 s, the limit ehr\.main\.timeouts\.idle\)/,
    ],
    ['in a proxy: 502', json(502, {}), /\(it answered HTTP 502\)/],
    ['in a proxy: 504', json(504, {}), /\(it answered HTTP 504\)/],
    ['in the EHR: 500', json(500, outcome('null pointer')), /\(it answered HTTP 500\)/],
    ['in the EHR: 503', json(503, outcome('restarting')), /\(it answered HTTP 503\)/],
  ];
  for (const [how, transaction, problem] of cases) {
    it(`${how}, is tried three times and then of unknown outcome`, async () => {
      const { error, requests } = await publishInto({ transaction }, { config: impatient });
      assert.equal(error?.code, 'ehr-outcome-unknown');
      assert.match(error?.message ?? '', problem);
      assert.doesNotMatch(error?.message ?? '', /[Nn]othing was published/);
      assert.equal(posts(requests), 3);
    });
  }

  it('is followed by a look at what the EHR holds, each time, and the same bytes for the same state', async () => {
    const { publication, requests } = await publishInto({ transaction: inTurn(hangUp, hangUp, applied) });
    assert.equal(publication?.alreadyPublished, false);
    const round = ['search of the run', 'reading of the report', 'transaction'];
    const seen = requests.map(({ method, url }) => {
      if (url.includes('ai-run')) return 'search of the run';
      if (url.startsWith('/fhir/DiagnosticReport/')) return 'reading of the report';
      return method === 'POST' ? 'transaction' : undefined;
    });
    assert.deepEqual(
      seen.filter((one) => one !== undefined),
      [...round, ...round, ...round],
    );
    const bodies = requests.filter(({ method }) => method === 'POST').map(({ body }) => body);
    assert.equal(new Set(bodies).size, 1);
  });

  const later: readonly [string, Answers][] = [
    ['the EHR cannot be asked any more', { run: inTurn(json(200, searchset([])), hangUp) }],
    ['the EHR cannot be searched any more', { run: inTurn(json(200, searchset([])), json(503, {})) }],
    ['the next one is rejected', { transaction: inTurn(hangUp, json(422, outcome('no'))) }],
    ['the next one is not taken', { transaction: inTurn(hangUp, json(429, {}, { 'retry-after': '3600' })) }],
  ];
  for (const [what, answers] of later) {
    it(`stays of unknown outcome when ${what}`, async () => {
      const { error } = await publishInto({ transaction: hangUp, ...answers });
      assert.equal(error?.code, 'ehr-outcome-unknown');
      assert.match(error?.message ?? '', /\(the connection broke\)/);
    });
  }

  it('is known to have written nothing where no connection was made', async () => {
    let close = () => undefined as unknown;
    await using server = await rawServer({
      // From now on nobody listens: the transaction comes to a closed door.
      report: (_request, response) => {
        response.setHeader('connection', 'close');
        close();
        json(404, outcome('not there'))(_request, response, '');
      },
    });
    close = () => server.stopListening();
    const { ehr, options } = openTestEhr(server.url);
    await assert.rejects(publishFindings(ehr, exampleFacts, options), {
      code: 'ehr-unreachable',
      message: /connection refused.*No report was published/,
    });
    await ehr.close();
  });
});

describe('A cancelled caller', () => {
  it('stops a search on its way, with the reason of the signal', async () => {
    const controller = new AbortController();
    const reason = new LobarError('deadline-exceeded', { seconds: 1 });
    const { error } = await publishInto(
      { run: () => controller.abort(reason) },
      { signal: controller.signal },
    );
    assert.equal(error, reason);
  });

  it('is cancelled when the signal has no reason of ours', async () => {
    const { error, requests } = await publishInto({}, { signal: AbortSignal.abort() });
    assert.equal(error?.code, 'cancelled');
    assert.equal(requests.length, 0);
  });

  it('cuts a transaction off, of which nobody knows whether it was carried out', async () => {
    for (const transaction of [stall, hangUp, applied]) {
      const controller = new AbortController();
      const { error, requests } = await publishInto(
        {
          transaction: (...exchange) => {
            controller.abort(new LobarError('cancelled', {}));
            transaction(...exchange);
          },
        },
        { signal: controller.signal },
      );
      assert.equal(error?.code, 'ehr-outcome-unknown');
      assert.match(error?.message ?? '', /\(it was cancelled\)/);
      assert.equal(posts(requests), 1);
    }
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
