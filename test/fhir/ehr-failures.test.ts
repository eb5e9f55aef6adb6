import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { EhrConfig } from '../../src/config-schema.ts';
import { LobarError } from '../../src/errors.ts';
import { type PublishResult, publishFindings } from '../../src/fhir/publish-findings.ts';
import type { ReportFacts } from '../../src/fhir/report-facts.ts';
import {
  type Answer,
  applied,
  canaries,
  canaryPatient,
  json,
  openTestEhr,
  outcome,
  rawServer,
  searchset,
  transactionResponse,
} from './ehr-fixture.ts';
import { exampleFacts } from './facts.ts';

type Answers = Parameters<typeof rawServer>[0];

/** Publishes into a server with the given answers. */
async function publishInto(
  answers: Answers,
  more: { config?: Partial<EhrConfig>; facts?: ReportFacts; signal?: AbortSignal } = {},
) {
  await using server = await rawServer(answers);
  const { ehr, options } = openTestEhr(server.url, more.config);
  const publishing = { ...options, ...(more.signal ? { signal: more.signal } : {}) };
  const result = await publishFindings(ehr, more.facts ?? exampleFacts, publishing).then(
    (publication) => ({ publication }),
    (error: unknown) => ({ error }),
  );
  await ehr.close();
  return { ...result, requests: server.requests } as {
    publication?: PublishResult;
    error?: LobarError;
    requests: typeof server.requests;
  };
}

/** The nth answer to the nth request, the last one from then on. */
function inTurn(...answers: readonly Answer[]): Answer {
  let asked = 0;
  return (...exchange) => {
    const answer = answers[Math.min(asked, answers.length - 1)] as Answer;
    asked += 1;
    answer(...exchange);
  };
}

const stall: Answer = () => undefined;
const html: Answer = (_request, response) => {
  response.writeHead(200, { 'content-type': 'text/html' });
  response.end('<html>Please log in</html>');
};
const hangUp: Answer = (request) => request.socket.destroy();
const posts = (requests: readonly { method: string }[]) =>
  requests.filter(({ method }) => method === 'POST').length;
const impatient = { timeouts: { connect: 1, firstByte: 0.15, idle: 0.15, total: 20 } };

describe('The patient', () => {
  it('is searched once, by PatientID in the configured system', async () => {
    const { requests } = await publishInto({});
    const searches = requests.filter(({ url }) => url.includes('/Patient'));
    assert.deepEqual(
      searches.map(({ url }) => decodeURIComponent(url)),
      ['/fhir/Patient?identifier=urn:oid:2.16.840.1.113883.19.5|MRN-42'],
    );
  });

  it('is searched in the system of its issuer, where one is configured', async () => {
    const facts = { ...exampleFacts, study: { ...exampleFacts.study, issuerOfPatientId: 'NORTH' } };
    const config = { issuerSystems: { NORTH: 'urn:oid:1.2.3.4' } };
    const north = { ...canaryPatient, identifier: [{ system: 'urn:oid:1.2.3.4', value: 'MRN-42' }] };
    const { requests, publication } = await publishInto(
      { patient: json(200, searchset([north])) },
      { facts, config },
    );
    assert.match(decodeURIComponent(requests[0]?.url ?? ''), /identifier=urn:oid:1\.2\.3\.4\|MRN-42$/);
    assert.equal(publication?.alreadyPublished, false);
  });

  it('is searched with what FHIR search would read as syntax escaped', async () => {
    const facts = { ...exampleFacts, study: { ...exampleFacts.study, patientId: 'a,b|c$d' } };
    const { requests } = await publishInto({}, { facts });
    assert.match(decodeURIComponent(requests[0]?.url ?? ''), /\|a\\,b\\\|c\\\$d$/);
  });

  const cases: readonly [string, string, Answers, Partial<ReportFacts['study']>][] = [
    ['missing in the header', 'patient-identifier-missing', {}, { patientId: '' }],
    ['not in the EHR', 'patient-not-found', { patient: json(200, searchset([])) }, {}],
    [
      'there twice',
      'patient-ambiguous',
      { patient: json(200, searchset([canaryPatient, { ...canaryPatient, id: 'p2' }])) },
      {},
    ],
    [
      'there twice on two pages',
      'patient-ambiguous',
      { patient: json(200, { ...searchset([canaryPatient]), total: 2 }) },
      {},
    ],
    [
      'somebody else, from a server that ignores the parameter',
      'ehr-response-invalid',
      { patient: json(200, searchset([{ ...canaryPatient, identifier: [] }])) },
      {},
    ],
  ];
  for (const [what, code, answers, study] of cases) {
    it(`${what} is ${code}, and nothing is written`, async () => {
      const facts = { ...exampleFacts, study: { ...exampleFacts.study, ...study } };
      const { error, requests } = await publishInto(answers, { facts });
      assert.equal(error?.code, code);
      assert.equal(posts(requests), 0);
    });
  }
});

describe('A failing EHR', () => {
  it('that says 422 is not asked again, and its OperationOutcome goes back to the caller', async () => {
    const diagnostics = 'Observation.code: minimum required = 1';
    const { error, requests } = await publishInto({ transaction: json(422, outcome(diagnostics)) });
    assert.equal(error?.code, 'ehr-rejected');
    assert.match(
      error?.message ?? '',
      /HTTP 422: Observation\.code: minimum required = 1\. Nothing was published/,
    );
    assert.equal(posts(requests), 1);
  });

  it('that says a lot is cut to 300 characters', async () => {
    const { error } = await publishInto({ transaction: json(422, outcome('x'.repeat(5000))) });
    assert.match(error?.message ?? '', /: x{300}\. Nothing/);
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
    assert.match(error?.message ?? '', /Nothing was published/);
    assert.equal(requests.length, 1 + 3);
  });

  it('that says 429 three times to the transaction is ehr-error: it did not take it', async () => {
    const busy = json(429, outcome('slow down'), { 'retry-after': '0' });
    const { error, requests } = await publishInto({ transaction: busy });
    assert.equal(error?.code, 'ehr-error');
    assert.equal(posts(requests), 3);
  });

  it('that wants us to come back much later is not waited for', async () => {
    const later = { 'retry-after': '3600' };
    const { error, requests } = await publishInto({ transaction: json(429, outcome('slow down'), later) });
    assert.equal(error?.code, 'ehr-error');
    assert.equal(posts(requests), 1);
  });

  const invalid: readonly [string, Answers, RegExp][] = [
    ['an HTML page with 200', { patient: html }, /is not JSON/],
    [
      'an OperationOutcome with 200',
      { patient: json(200, outcome('all fine')) },
      /OperationOutcome instead of Bundle/,
    ],
    [
      'an OperationOutcome with 200 to the transaction',
      { transaction: json(200, outcome('ok')) },
      /instead of Bundle/,
    ],
    ['JSON that is not FHIR', { run: json(200, ['no']) }, /no FHIR resource instead of Bundle/],
    [
      'a Bundle with entries that are none',
      { run: json(200, { ...searchset([]), entry: [null] }) },
      /malformed/,
    ],
    ['a redirect', { patient: json(302, {}, { location: '/elsewhere' }) }, /redirects/],
    ['too few entries', { transaction: json(200, transactionResponse(['200 OK'])) }, /of 11 entries with 1/],
    [
      'entries without a status',
      { transaction: json(200, transactionResponse(Array(11).fill('done'))) },
      /no status/,
    ],
    [
      'more than limits.jsonBytes',
      { patient: json(200, { pad: 'x'.repeat(2 ** 21) }) },
      /longer than limits\.jsonBytes/,
    ],
    [
      'a compressed answer',
      {
        patient: (_request, response) => {
          response.writeHead(200, { 'content-encoding': 'gzip' });
          response.end(gzipSync(JSON.stringify(searchset([canaryPatient]))));
        },
      },
      /compressed/,
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
    assert.doesNotMatch(error?.message ?? '', /Nothing was published/);
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

describe('A write that breaks off', () => {
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
    const round = ['/fhir/DiagnosticReport?', '/fhir/DiagnosticReport/', '/fhir'];
    assert.deepEqual(
      requests.slice(1).map(({ url }) => url.match(/^\/fhir(?:\/DiagnosticReport[?/])?/)?.[0]),
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
      message: /connection refused.*Nothing was published/,
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

  it('does not cut off a transaction on its way', async () => {
    const controller = new AbortController();
    const { publication } = await publishInto(
      {
        transaction: (...exchange) => {
          controller.abort();
          applied(...exchange);
        },
      },
      { signal: controller.signal },
    );
    assert.equal(publication?.alreadyPublished, false);
  });
});

describe('A caller cancelled while a transaction fails', () => {
  it('hears of the failure, as what became of the write is not known', async () => {
    const controller = new AbortController();
    const { error, requests } = await publishInto(
      {
        transaction: (...exchange) => {
          controller.abort();
          hangUp(...exchange);
        },
      },
      { signal: controller.signal },
    );
    assert.equal(error?.code, 'ehr-outcome-unknown');
    assert.equal(posts(requests), 1);
  });
});

describe('Credentials', () => {
  it('are read from their file for every request', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lobar-token-'));
    const bearerTokenFile = join(folder, 'token');
    await writeFile(bearerTokenFile, 'first\n');
    const { requests } = await publishInto(
      {
        run: (...exchange) => {
          void writeFile(bearerTokenFile, 'second').then(() => json(200, searchset([]))(...exchange));
        },
      },
      { config: { bearerTokenFile } },
    );
    await rm(folder, { recursive: true });
    assert.deepEqual(
      requests.map(({ headers }) => headers.authorization),
      ['Bearer first', 'Bearer first', 'Bearer second', 'Bearer second'],
    );
  });

  it('whose file is gone are named as the problem', async () => {
    const { error } = await publishInto({}, { config: { bearerTokenFile: '/nowhere/token' } });
    assert.equal(error?.code, 'config-invalid');
    assert.match(error?.message ?? '', /ehr\.main\.bearerTokenFile: cannot be read \(ENOENT\)/);
  });

  it('that are no token are a mistake of the configuration, and are not sent or repeated', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lobar-token-'));
    const bearerTokenFile = join(folder, 'token');
    await writeFile(bearerTokenFile, 'two words of secret');
    const { error, requests } = await publishInto({}, { config: { bearerTokenFile } });
    await rm(folder, { recursive: true });
    assert.equal(error?.code, 'config-invalid');
    assert.doesNotMatch(error?.message ?? '', /secret/);
    assert.equal(requests.length, 0);
  });

  it('that the EHR repeats in its answer are in no error', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lobar-token-'));
    const bearerTokenFile = join(folder, 'token');
    await writeFile(bearerTokenFile, 'canary-token-1f');
    const patient = json(401, outcome('canary-token-1f is not known'));
    const { error } = await publishInto({ patient }, { config: { bearerTokenFile } });
    await rm(folder, { recursive: true });
    assert.equal(error?.code, 'ehr-rejected');
    assert.match(error?.message ?? '', /HTTP 401: \[\.\.\.\] is not known/);
  });

  it('of authorities that cannot be read are a mistake of the configuration', () => {
    assert.throws(
      () => openTestEhr('https://ehr.example/fhir', { tls: { insecure: false, caFile: '/nowhere' } }),
      {
        code: 'config-invalid',
      },
    );
  });
});

describe('No error says who the patient is', () => {
  const gossip = outcome(
    'Patient Canaryfamily, Canarygiven (MRN-42, born 1950-01-02) at Patient/p-canary-id: study 1.2.826.0.1.3680043.8.498.1, order ACC-1 unknown',
  );
  const cases: readonly [string, Answers][] = [
    ['the patient search is rejected', { patient: json(400, outcome('no MRN-42 here: urn:oid|MRN-42')) }],
    ['the run search is rejected', { run: json(403, gossip) }],
    ['the transaction is rejected', { transaction: json(422, gossip) }],
    [
      'an entry is rejected',
      {
        transaction: json(200, {
          ...transactionResponse([]),
          entry: Array(11).fill({ response: { status: '422', outcome: gossip } }),
        }),
      },
    ],
    ['there are two patients', { patient: json(200, searchset([canaryPatient, canaryPatient])) }],
    ['the answer is HTML', { transaction: html }],
    ['the connection breaks', { patient: hangUp }],
    ['the server fails', { run: json(500, gossip) }],
    ['a write breaks off and the next is rejected', { transaction: inTurn(hangUp, json(422, gossip)) }],
  ];
  for (const [when, answers] of cases) {
    it(`when ${when}`, async () => {
      const { error } = await publishInto(answers);
      assert.ok(error instanceof LobarError);
      // The whole chain of causes, stacks included, as a log would write it.
      let written = '';
      for (let one: unknown = error; one instanceof Error; one = one.cause)
        written += `${one.message}\n${one.stack}`;
      for (const canary of canaries) assert.equal(written.includes(canary), false, `${canary} in ${written}`);
    });
  }
});

/** A port that was free a moment ago. */
async function deadPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
