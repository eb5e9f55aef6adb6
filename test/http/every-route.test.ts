/** Every operation of the OpenAPI document does what it says, and every code of the table is provoked by some test. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import request from 'supertest';
import { answeredCodes } from '../../src/http/openapi/answered-errors.ts';
import { openTestService, type TestService } from '../support/test-service.ts';

interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, object>>;
  readonly requestBody?: { readonly content: Readonly<Record<string, object>> };
}
interface Response {
  readonly headers: Readonly<Record<string, { readonly $ref: string }>>;
  readonly content: Readonly<Record<string, { readonly schema: object }>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

const document = JSON.parse(
  await readFile(new URL('../../openapi/openapi.json', import.meta.url), 'utf8'),
) as Document;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, one]) => ({ ...one, path, method })),
);
const fhirJson = 'application/fhir+json';
const study = '2.25.1234567890';
const form = 'application/x-www-form-urlencoded';
const parameters = {
  resourceType: 'Parameters',
  parameter: [{ name: 'study', valueIdentifier: { system: 'urn:dicom:uid', value: `urn:oid:${study}` } }],
};

describe('every route', () => {
  let test: TestService;
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(document, 'openapi');
  before(async () => {
    // The study of the examples is there; nothing in it may be analysed, so that it takes no time.
    test = await openTestService({ studies: [{ slices: 10, study: { studyInstanceUid: study } }] });
    const queued = await request(test.service.app.server)
      .post('/v1/analyses')
      .set('prefer', 'respond-async')
      .send({ study, publish: false });
    ids[jobPath] = queued.body.id;
  });
  after(() => test.close());

  const ask = (method: string, path: string): request.Test => {
    const app = request(test.service.app.server);
    const asked = app[method as 'get'](path.replace('{id}', ids[path] ?? 'none').replace('{study}', study));
    return asked.buffer(true).parse(text);
  };
  const jobPath = '/v1/analyses/{id}';
  const ids: Record<string, string> = {
    '/fhir/CodeSystem/{id}': 'lobar-ct-chest',
    '/fhir/NamingSystem/{id}': 'ai-run',
    '/fhir/OperationDefinition/{id}': 'analyze-chest-ct',
  };
  const resolved = <Target>(one: object): Target => {
    if (!('$ref' in one)) return one as Target;
    const [, , kind = '', name = ''] = String(one.$ref).split('/');
    return document.components[kind]?.[name] as Target;
  };
  /** The answer is one that the document describes: status, headers, media type and shape. */
  const documented = async ({ operationId, responses }: Operation, asked: request.Test, status: number) => {
    const { headers, body, status: found } = await asked;
    assert.equal(found, status, `${operationId}: ${body}`);
    const reference = responses[status];
    assert.ok(reference !== undefined, `${operationId} documents no ${status}`);
    const response = resolved<Response>(reference);
    for (const [name, one] of Object.entries(response.headers)) {
      const { required } = resolved<{ required: boolean }>(one);
      if (required) assert.ok(name in headers, `${operationId}: ${name}`);
    }
    const [type = ''] = (headers['content-type'] ?? '').split(';');
    const media = response.content[type];
    assert.ok(media !== undefined, `${operationId} documents no ${type} for ${status}`);
    if (type === 'text/event-stream') return body as string;
    const schema = JSON.parse(JSON.stringify(media.schema).replaceAll('"#/', '"openapi#/')) as object;
    assert.ok(
      ajv.validate(schema, JSON.parse(body as string)),
      `${operationId}: ${ajv.errorsText()} ${body}`,
    );
    return body as string;
  };
  const codeIn = (body: string): string => {
    const parsed = JSON.parse(body) as { code?: string } & fhir4.OperationOutcome;
    return parsed.code ?? parsed.issue[0]?.details?.text ?? '';
  };
  const of = (id: string) => operations.find((one) => one.operationId === id) ?? assert.fail(id);
  /** The operations that document this status by this code alone or among others. */
  const answering = (status: number) => operations.filter(({ responses }) => status in responses);

  const sound: Readonly<Record<string, (asked: request.Test) => request.Test>> = {
    getOpenApi: (asked) => asked,
    analyze: (asked) => asked.send({ study, publish: false }),
    getAnalysis: (asked) => asked,
    cancelAnalysis: (asked) => asked,
    studyStable: (asked) => asked.send({ study }),
    listModels: (asked) => asked,
    searchStudies: (asked) => asked.send({ patientId: 'PHANTOM-TEST-2' }),
    inspectStudy: (asked) => asked,
    listEndpoints: (asked) => asked,
    getSignIn: (asked) => asked,
    getCapabilities: (asked) => asked,
    readCodeSystem: (asked) => asked,
    readNamingSystem: (asked) => asked,
    readOperationDefinition: (asked) => asked,
    analyzeInFhir: (asked) => asked.send(parameters),
    searchCodeSystem: (asked) => asked,
    searchNamingSystem: (asked) => asked,
    searchOperationDefinition: (asked) => asked,
    searchCodeSystemByForm: (asked) => asked.type('form').send('_id=x'),
    searchNamingSystemByForm: (asked) => asked.type('form').send('_id=x'),
    searchOperationDefinitionByForm: (asked) => asked.type('form').send('_id=x'),
    getLiveness: (asked) => asked,
    getReadiness: (asked) => asked,
    getPublishedKeys: (asked) => asked,
    getProtectedResource: (asked) => asked,
  };

  it('has its sound request here', () =>
    assert.deepEqual(
      operations.map(({ operationId }) => operationId).toSorted(),
      Object.keys(sound).toSorted(),
    ));

  for (const operation of operations) {
    const { operationId, method, path } = operation;
    it(`${operationId} answers a sound request as it is documented`, async () => {
      const send = sound[operationId] ?? assert.fail();
      // Here no tokens are accepted, and so none has to come from anywhere.
      const status = operationId === 'getProtectedResource' ? 404 : 200;
      await documented(operation, send(ask(method, path)), status);
    });
  }

  it('offers its representations by Accept', async () => {
    const send = (accept: string) =>
      ask('post', '/v1/analyses').set('accept', accept).send({ study, publish: false });
    assert.match(await documented(of('analyze'), send(fhirJson), 200), /"resourceType":"OperationOutcome"/);
    assert.match(await documented(of('analyze'), send('text/event-stream'), 200), /\n\nevent: analysis\n/);
  });

  it('answers any other method with 405 and Allow, whatever is sent', async () => {
    for (const [path, methods] of Object.entries(document.paths)) {
      const offered = Object.keys(methods).map((one) => one.toUpperCase());
      const allow = offered.flatMap((one) => (one === 'GET' ? [one, 'HEAD'] : [one]));
      const [operation] = Object.values(methods);
      assert.ok(operation !== undefined);
      for (const method of ['get', 'post', 'put', 'patch', 'delete', 'options', 'trace', 'propfind']) {
        if (offered.includes(method.toUpperCase())) continue;
        const asked = ask(method, path);
        if (method === 'put') asked.set('content-type', 'text/nonsense').send('x');
        const body = await documented(operation, asked, 405);
        assert.equal(codeIn(body), 'method-not-allowed');
        assert.deepEqual((await asked).headers['allow']?.split(', '), allow, `${method} ${path}`);
      }
    }
  });

  it('answers a path that is not there with 404, in the form of its face', async () => {
    const problem = await ask('post', '/v1/analysis')
      .expect(404)
      .expect('content-type', /problem\+json/);
    assert.equal(codeIn(problem.body as string), 'route-not-found');
    const outcome = await ask('get', '/fhir/Patient/1')
      .expect(404)
      .expect('content-type', /fhir\+json/);
    assert.equal(codeIn(outcome.body as string), 'route-not-found');
    for (const path of Object.keys(ids)) {
      const [operation] = Object.values(document.paths[path] ?? {});
      assert.ok(operation !== undefined);
      const body = await documented(operation, ask('get', path.replace('{id}', 'none')), 404);
      assert.equal(codeIn(body), path === jobPath ? 'analysis-not-found' : 'route-not-found');
    }
  });

  it('puts into the queue what nobody waits for', async () => {
    const asked = ask('post', '/v1/analyses').set('prefer', 'respond-async').send({ study, publish: false });
    await documented(of('analyze'), asked, 202);
  });

  it('refuses what it does not offer with 406', async () => {
    const asked = answering(406);
    assert.ok(asked.length >= 12);
    for (const operation of asked) {
      const send = sound[operation.operationId] ?? assert.fail();
      const test = send(ask(operation.method, operation.path)).set('accept', 'image/tiff');
      assert.equal(codeIn(await documented(operation, test, 406)), 'not-acceptable');
    }
  });

  it('refuses a body of another type with 415, one that is too long with 413', async () => {
    for (const operation of answering(415)) {
      const post = () => ask('post', operation.path);
      const other = await documented(operation, post().set('content-type', 'text/plain').send('x'), 415);
      assert.equal(codeIn(other), 'media-type-unsupported');
      const types = Object.keys(operation.requestBody?.content ?? {});
      assert.ok(types.length > 0 && types.every((one) => other.includes(one)), other);
      const type = operation.operationId.endsWith('ByForm') ? form : 'application/json';
      const long = post().set('content-type', type).send('x'.repeat(70_000));
      assert.equal(codeIn(await documented(operation, long, 413)), 'limit-exceeded');
    }
    // A PACS may answer more than is read of it.
    const withBody = answering(413).filter(({ method }) => method === 'post');
    assert.deepEqual(withBody, answering(415));
  });

  it('refuses what is malformed with 400', async () => {
    // Those who may not ask at all are refused before; auth-tokens.test.ts has their 400.
    for (const operation of answering(400).filter(({ operationId }) => operationId !== 'listModels')) {
      const { method, path } = operation;
      const asked =
        method === 'get' || method === 'delete'
          ? ask(method, `${path}?unknown=x`)
          : path.endsWith('_search')
            ? ask(method, path).type('form').send('unknown=x')
            : ask(method, path).set('content-type', 'application/json').send('{}');
      assert.equal(codeIn(await documented(operation, asked, 400)), 'request-invalid');
    }
  });

  it('takes only seconds of a day for Request-Timeout', async () => {
    for (const [id, body] of [
      ['analyze', { study, publish: false }],
      ['analyzeInFhir', parameters],
    ] as const) {
      const asked = (seconds: string) => ask('post', of(id).path).set('request-timeout', seconds).send(body);
      for (const seconds of ['1', '60', '86400']) await documented(of(id), asked(seconds), 200);
      for (const seconds of ['0', '-1', '01', '1.5', '86401', '99999', '1e3', 'soon', '']) {
        assert.equal(codeIn(await documented(of(id), asked(seconds), 400)), 'request-invalid', seconds);
      }
    }
  });
});

/** By the test file below test/http that is to provoke them over HTTP: that it names them is checked, no more. */
const provokedIn: Readonly<Record<string, readonly string[]>> = {
  'every-route': [
    'method-not-allowed',
    'route-not-found',
    'not-acceptable',
    'media-type-unsupported',
    'request-invalid',
  ],
  'bad-input': [
    'endpoint-unknown',
    'upload-stalled',
    'at-capacity',
    'study-not-found',
    'series-not-found',
    'no-images',
    'not-dicom',
    'pixel-data-length',
    'pacs-incomplete',
    'pacs-unreachable',
    'ehr-unreachable',
    'ehr-rejected',
    'patient-not-found',
    'patient-ambiguous',
    'patient-mismatch',
    'patient-identifier-missing',
  ],
  fhir: ['identifier-system-unknown', 'order-not-found', 'task-not-found', 'task-not-open'],
  'image-errors': [
    'limit-exceeded',
    'several-studies',
    'several-patients',
    'dicom-invalid',
    'pixel-data-unsupported',
    'transfer-syntax-unsupported',
    'decode-failed',
    'geometry-inconsistent',
    'identity-mismatch',
  ],
  'upstream-errors': [
    'study-ambiguous',
    'pacs-timeout',
    'pacs-busy',
    'pacs-auth-failed',
    'pacs-token-unavailable',
    'pacs-error',
    'pacs-response-invalid',
    'address-blocked',
    'proxy-failed',
    'config-invalid',
    'ehr-timeout',
    'ehr-outcome-unknown',
    'ehr-error',
    'ehr-busy',
    'ehr-token-unavailable',
    'order-ambiguous',
    'report-finalised',
  ],
  'analysis-jobs': [
    'analysis-not-found',
    'analysis-forgotten',
    'idempotency-key-reused',
    'process-lost',
    'queue-unavailable',
  ],
  'stored-objects': ['store-refused'],
  'service-errors': [
    'inference-failed',
    'internal',
    'deadline-exceeded',
    'shutting-down',
    'publish-not-configured',
  ],
  'ehr-suspended': ['ehr-suspended'],
  'words-of-others': [
    'ehr-auth-failed',
    'ehr-response-invalid',
    'write-mode-unavailable',
    'task-not-updated',
  ],
  audit: ['audit-unavailable'],
  documents: ['not-eligible'],
  'large-documents': ['report-failed'],
  page: ['page-not-built'],
  'waiting-line': ['rate-limited'],
  'auth-tokens': ['credentials-missing', 'token-invalid', 'scope-insufficient'],
  'auth-issuer': ['issuer-unavailable'],
  'auth-certificates': ['certificate-refused'],
  'auth-routes': ['host-refused'],
};

describe('every error that an answer may hold', () => {
  it('is named in the test file that is to provoke it', async () => {
    const named = Object.values(provokedIn).flat();
    assert.deepEqual(named.toSorted(), [...answeredCodes].toSorted());
    for (const [name, codes] of Object.entries(provokedIn)) {
      const source = await readFile(new URL(`${name}.test.ts`, import.meta.url), 'utf8');
      for (const code of codes) assert.match(source, new RegExp(`['"/ ]${code}\\b`), `${code} in ${name}`);
    }
  });
});

/** The body as the text that it is. */
function text(answer: request.Response, done: (error: Error | null, body: string) => void): void {
  const chunks: Buffer[] = [];
  const stream = answer as unknown as NodeJS.ReadableStream;
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.on('end', () => done(null, Buffer.concat(chunks).toString()));
}
