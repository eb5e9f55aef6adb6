/** The FHIR face of the service, over HTTP, against the embedded PACS and EHR. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import request from 'supertest';
import { problemsOf } from '../fhir/validators.ts';
import { openTestService, resourcesOf, type TestService } from '../support/test-service.ts';
import { until } from '../support/until.ts';

const fhirJson = 'application/fhir+json';
const checkedIn = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../openapi/fhir/${name}.json`, import.meta.url), 'utf8'));

describe('The FHIR face of the service', () => {
  let test: TestService;
  before(async () => {
    test = await openTestService({
      studies: [{ slices: 10, patient: { id: 'PHANTOM-TEST-1' } }],
    });
  });
  after(() => test.close());

  const app = () => request(test.service.app.server);
  /** The answer as FHIR: always application/fhir+json, always clean, always with a request id. */
  const fhir = async (asked: request.Test, status: number): Promise<fhir4.FhirResource> => {
    const answer = await asked.buffer(true).parse(text);
    assert.equal(answer.status, status, answer.body as string);
    assert.match(answer.headers['content-type'] ?? '', /^application\/fhir\+json/);
    assert.match(answer.headers['x-request-id'] ?? '', /^[0-9a-f-]{36}$/);
    const resource = JSON.parse(answer.body as string) as fhir4.FhirResource;
    assert.deepEqual(problemsOf({ resourceType: 'Bundle', type: 'collection', entry: [{ resource }] }), []);
    return resource;
  };
  const outcome = async (asked: request.Test, status: number, code: string, expression?: string) => {
    const { resourceType, issue } = (await fhir(asked, status)) as fhir4.OperationOutcome;
    assert.equal(resourceType, 'OperationOutcome');
    assert.deepEqual([issue[0]?.severity, issue[0]?.details?.text], ['error', code]);
    assert.deepEqual(issue[0]?.expression, expression === undefined ? undefined : [expression]);
    return issue[0]?.diagnostics ?? '';
  };
  const analyze = (...parameter: readonly object[]) =>
    app()
      .post('/fhir/$analyze-chest-ct')
      .set('content-type', fhirJson)
      .send(JSON.stringify({ resourceType: 'Parameters', parameter }));
  const uid = (value: string) => ({ system: 'urn:dicom:uid', value: `urn:oid:${value}` });
  const study = () => ({ name: 'study', valueIdentifier: uid(test.study.study.studyInstanceUid) });
  const dryRun = { name: 'publish', valueCode: 'dry-run' };
  const reports = () => resourcesOf<fhir4.DiagnosticReport>(test.ehrUrl, 'DiagnosticReport');

  describe('what the service says of itself', () => {
    it('is what is checked in below openapi/fhir', async () => {
      assert.deepEqual(await fhir(app().get('/fhir/metadata'), 200), checkedIn('CapabilityStatement'));
      for (const path of [
        'CodeSystem/lobar-ct-chest',
        'NamingSystem/ai-run',
        'OperationDefinition/analyze-chest-ct',
      ]) {
        assert.deepEqual(await fhir(app().get(`/fhir/${path}`), 200), checkedIn(path.replace('/', '-')));
      }
    });

    it('is found by every search parameter that it declares, and each interaction is there', async () => {
      const statement = checkedIn('CapabilityStatement') as fhir4.CapabilityStatement;
      const values: Record<string, string> = {
        'CodeSystem?_id': 'lobar-ct-chest',
        'CodeSystem?url': 'https://lobar.example.org/fhir/CodeSystem/lobar-ct-chest',
        'NamingSystem?_id': 'ai-run',
        'NamingSystem?value': 'https://lobar.example.org/fhir/AI-run',
        'OperationDefinition?_id': 'analyze-chest-ct',
        'OperationDefinition?url': 'https://lobar.example.org/fhir/OperationDefinition/analyze-chest-ct',
      };
      const declared = (statement.rest?.[0]?.resource ?? []).flatMap(({ type, searchParam = [] }) =>
        searchParam.map(({ name }) => `${type}?${name}`),
      );
      assert.deepEqual(declared, Object.keys(values));
      for (const [search, value] of Object.entries(values)) {
        const path = `/fhir/${search}=${encodeURIComponent(value)}`;
        const { type, total, entry = [], link } = (await fhir(app().get(path), 200)) as fhir4.Bundle;
        assert.deepEqual(
          [type, total, entry.length, link?.[0]?.relation],
          ['searchset', 1, 1, 'self'],
          search,
        );
        const found = entry[0]?.resource;
        const read = await fhir(app().get(`/fhir/${found?.resourceType}/${found?.id}`), 200);
        assert.deepEqual(found, read);
      }
    });

    it('is found by a form as by an address, which are one search', async () => {
      const post = (path: string) => app().post(`/fhir/NamingSystem/_search${path}`).type('form');
      const byAddress = await fhir(app().get('/fhir/NamingSystem?_id=ai-run'), 200);
      assert.deepEqual(await fhir(post('').send('_id=ai-run&_format=json'), 200), byAddress);
      assert.deepEqual(await fhir(post('?_id=ai-run').send('_format=json'), 200), byAddress);
      const both = post('?_id=ai-run').send('value=https%3A%2F%2Felsewhere.example.org');
      assert.equal(((await fhir(both, 200)) as fhir4.Bundle).total, 0);
      assert.deepEqual(await fhir(post(''), 200), await fhir(app().get('/fhir/NamingSystem'), 200));
    });

    it('is all of a type without a parameter, any of several values, and nothing for none', async () => {
      const count = async (query: string) =>
        ((await fhir(app().get(`/fhir/NamingSystem${query}`), 200)) as fhir4.Bundle).total;
      assert.deepEqual(
        [await count(''), await count('?_id=ai-run,ai-model'), await count('?_id=none')],
        [7, 2, 0],
      );
    });

    it('is the same bytes for application/json, for anything and for _format', async () => {
      const body = async (asked: request.Test) =>
        (await asked.buffer(true).parse(text).expect(200)).body as string;
      const path = '/fhir/CodeSystem/lobar-ct-chest';
      const plain = await body(app().get(path).set('accept', fhirJson));
      assert.equal(await body(app().get(path).set('accept', 'application/json')), plain);
      assert.equal(await body(app().get(path).set('accept', 'text/html,*/*;q=0.8')), plain);
      assert.equal(await body(app().get(`${path}?_format=json`).set('accept', 'text/html')), plain);
      assert.equal(await body(app().get(`${path}?_format=application/fhir%2Bjson`)), plain);
      const format = encodeURIComponent('application/fhir+json; fhirVersion=4.0');
      assert.equal(await body(app().get(`${path}?_format=${format}`)), plain);
      // As the .NET SDK of FHIR, HAPI and browsers ask.
      for (const accept of [
        'application/fhir+json; fhirVersion=4.0',
        'application/fhir+json; fhirVersion=4.0.1',
        'application/fhir+json;charset=utf-8;q=0.9',
        'application/json; charset=UTF-8',
        'application/fhir+xml;q=1.0, application/fhir+json; fhirVersion="4.0";q=0.5',
      ]) {
        assert.equal(await body(app().get(path).set('accept', accept)), plain, accept);
      }
    });
  });

  describe('what is not offered', () => {
    it('is an OperationOutcome, whatever was asked', async () => {
      await outcome(app().get('/fhir'), 404, 'route-not-found');
      await outcome(app().get('/fhir/Patient'), 404, 'route-not-found');
      assert.equal(
        await outcome(app().get('/fhir/CodeSystem/other'), 404, 'route-not-found'),
        'There is no such CodeSystem. GET /fhir/CodeSystem lists what there is.',
      );
      await outcome(app().get('/fhir/CodeSystem/lobar-ct-chest/_history/1'), 404, 'route-not-found');
      await outcome(app().get('/fhir/%zz'), 400, 'request-invalid');
      await outcome(app().get('/fhir/metadata').set('accept', 'application/fhir+xml'), 406, 'not-acceptable');
      await outcome(app().get('/fhir/metadata?_format=xml'), 406, 'not-acceptable');
    });

    it('is a resource of a name that is longer than any', async () => {
      await outcome(app().get(`/fhir/CodeSystem/${'x'.repeat(300)}`), 404, 'route-not-found');
    });

    it('is another version of FHIR than R4, in what is asked for and in what is sent', async () => {
      const r3 = 'application/fhir+json; fhirVersion=3.0';
      await outcome(app().get('/fhir/metadata').set('accept', r3), 406, 'not-acceptable');
      await outcome(app().get(`/fhir/metadata?_format=${encodeURIComponent(r3)}`), 406, 'not-acceptable');
      const post = () => app().post('/fhir/$analyze-chest-ct');
      await outcome(post().set('content-type', r3).send('{}'), 415, 'media-type-unsupported');
      for (const version of ['4.0', '"4.0"', '4.0.1; charset=utf-8']) {
        const r4 = `application/fhir+json; fhirVersion=${version}`;
        await outcome(post().set('content-type', r4).send('{}'), 400, 'request-invalid', 'Parameters');
      }
    });

    it('is refused by 405 with Allow where another method is offered', async () => {
      for (const [asked, allow] of [
        [app().get('/fhir/$analyze-chest-ct'), 'POST'],
        [app().put('/fhir/CodeSystem/lobar-ct-chest').send({}), 'GET, HEAD'],
        [app().delete('/fhir/CodeSystem/lobar-ct-chest'), 'GET, HEAD'],
        [app().options('/fhir/metadata'), 'GET, HEAD'],
        [app().get('/fhir/CodeSystem/_search'), 'POST'],
        // Of whatever type the body is.
        [app().post('/fhir/NamingSystem').set('content-type', 'text/plain').send('x'), 'GET, HEAD'],
      ] as const) {
        assert.match(await outcome(asked, 405, 'method-not-allowed'), new RegExp(`but ${allow}\\.`));
        assert.equal((await asked).headers['allow'], allow);
      }
    });

    it('is a search parameter that is not declared', async () => {
      const said = await outcome(app().get('/fhir/CodeSystem?name=x'), 400, 'request-invalid');
      assert.match(said, /must NOT have additional properties/);
      await outcome(app().get('/fhir/NamingSystem?url=x'), 400, 'request-invalid');
      await outcome(app().get('/fhir/CodeSystem?url:below=x'), 400, 'request-invalid');
      await outcome(app().get('/fhir/CodeSystem?url='), 400, 'request-invalid');
      await outcome(app().get('/fhir/CodeSystem?url=a&url=b'), 400, 'request-invalid');
      const post = (body: string, path = '') =>
        app().post(`/fhir/CodeSystem/_search${path}`).type('form').send(body);
      await outcome(post('name=x'), 400, 'request-invalid');
      await outcome(post('url=a&url=b'), 400, 'request-invalid');
      await outcome(post('url=a', '?url=b'), 400, 'request-invalid');
      await outcome(post('__proto__=x'), 400, 'request-invalid');
      await outcome(post('_format=xml'), 406, 'not-acceptable');
      await outcome(post('{"url":{}}').type('application/json'), 415, 'media-type-unsupported');
    });
  });

  describe('POST /fhir/$analyze-chest-ct that is malformed', () => {
    const post = () => app().post('/fhir/$analyze-chest-ct');

    it('is refused with the place of the mistake', async () => {
      await outcome(post(), 400, 'request-invalid', 'Parameters');
      await outcome(app().post('/fhir/%24analyze-chest-ct'), 400, 'request-invalid', 'Parameters');
      await outcome(post().send({ resourceType: 'Bundle' }), 400, 'request-invalid', 'Parameters');
      await outcome(analyze(study(), study()), 400, 'request-invalid', 'Parameters.parameter[1]');
      await outcome(
        analyze(study(), { name: 'patient', valueIdentifier: { system: 'urn:oid:9', value: 'P' } }),
        422,
        'identifier-system-unknown',
        'Parameters.parameter[1].valueIdentifier.system',
      );
      await outcome(
        analyze({
          name: 'serviceRequest',
          valueReference: { reference: 'http://169.254.169.254/ServiceRequest/1' },
        }),
        400,
        'request-invalid',
        'Parameters.parameter[0].valueReference.reference',
      );
      const told = await outcome(analyze(), 400, 'request-invalid', 'Parameters.parameter');
      assert.match(told, /Compare it with \/fhir\/OperationDefinition\/analyze-chest-ct\.$/);
    });

    it('is refused as what it is: no JSON, too long, another type, unknown names of endpoints', async () => {
      const told = await outcome(post().set('content-type', fhirJson).send('{'), 400, 'request-invalid');
      assert.match(told, /Compare it with \/fhir\/OperationDefinition\/analyze-chest-ct\.$/);
      await outcome(post().set('content-type', fhirJson).send('{"__proto__":{}}'), 400, 'request-invalid');
      await outcome(
        post().set('content-type', 'application/fhir+xml').send('<P/>'),
        415,
        'media-type-unsupported',
      );
      await outcome(post().set('content-type', 'text/plain').send('x'), 415, 'media-type-unsupported');
      await outcome(post().send({ resourceType: 'x'.repeat(70_000) }), 413, 'limit-exceeded');
      await outcome(analyze(study()).set('accept', 'text/event-stream'), 406, 'not-acceptable');
      await outcome(analyze(study(), { name: 'pacs', valueString: 'other' }), 400, 'endpoint-unknown');
      await outcome(analyze(study(), { name: 'ehr', valueString: 'other' }), 400, 'endpoint-unknown');
      assert.deepEqual(await reports(), []);
    });
  });

  describe('POST /fhir/$analyze-chest-ct', () => {
    let order = '';
    const created = async (resource: object): Promise<string> => {
      const { resourceType: type } = resource as { resourceType: string };
      const answer = await fetch(`${test.ehrUrl}/${type}`, {
        method: 'POST',
        headers: { 'content-type': fhirJson },
        body: JSON.stringify(resource),
      });
      assert.equal(answer.status, 201, await answer.clone().text());
      return `${type}/${((await answer.json()) as { id: string }).id}`;
    };
    const read = async <T extends fhir4.FhirResource>(reference: string): Promise<T> =>
      (await (await fetch(`${test.ehrUrl}/${reference}`)).json()) as T;
    const taskOf = (reference: string) => ({ name: 'task', valueReference: { reference } });
    const requested = (status = 'requested') => created({ resourceType: 'Task', status, intent: 'order' });

    before(async () => {
      const [known] = await resourcesOf<fhir4.Patient>(test.ehrUrl, 'Patient');
      const accession = {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'ACSN' }],
      };
      order = await created({
        resourceType: 'ServiceRequest',
        status: 'active',
        intent: 'order',
        subject: { reference: `Patient/${known?.id}` },
        identifier: [{ type: accession, value: test.study.study.accessionNumber }],
      });
    });

    it('finds the study by accession number, answers the Bundle of a dry run and writes nothing', async () => {
      const { accessionNumber, studyInstanceUid } = test.study.study;
      const bundle = await fhir(
        analyze({ name: 'accession', valueIdentifier: { value: accessionNumber } }, dryRun),
        200,
      );
      assert.equal(bundle.resourceType, 'Bundle');
      assert.deepEqual(problemsOf(bundle as fhir4.Bundle), []);
      assert.ok(JSON.stringify(bundle).includes(`urn:oid:${studyInstanceUid}`));
      assert.deepEqual(await reports(), []);
    });

    it('says which of order and study is not there', async () => {
      const none = { name: 'serviceRequest', valueReference: { reference: 'ServiceRequest/none' } };
      await outcome(analyze(none), 422, 'order-not-found');
      const unknown = { name: 'accession', valueIdentifier: { value: 'NOBODY-1' } };
      const told = await outcome(analyze(unknown), 404, 'study-not-found');
      assert.match(told, /no study of this accession number\. Check the number and the PACS name/);
    });

    it('refuses the images of another patient than the one who is meant', async () => {
      const other = { name: 'patient', valueIdentifier: { value: 'SOMEBODY-ELSE' } };
      await outcome(analyze(study(), other), 422, 'patient-mismatch');
      assert.deepEqual(await reports(), []);
    });

    it('refuses the images of another patient than the one whom the Task is for, and fails it', async () => {
      const other = await created({ resourceType: 'Patient' });
      const task = await created({
        resourceType: 'Task',
        status: 'requested',
        intent: 'order',
        for: { reference: other },
      });
      await outcome(analyze(study(), taskOf(task)), 422, 'patient-mismatch');
      assert.deepEqual(await reports(), []);
      const { status, statusReason } = await read<fhir4.Task>(task);
      assert.equal(status, 'failed');
      assert.match(statusReason?.text ?? '', /the patient of the Task/);
    });

    it('answers findings alone for publish false, without the EHR', async () => {
      const bundle = await fhir(analyze(study(), { name: 'publish', valueCode: 'false' }), 200);
      assert.equal(bundle.resourceType, 'Bundle');
      assert.deepEqual(await reports(), []);
    });

    it('answers the reasons for a study in which nothing may be analysed, and fails its Task', async () => {
      const short = test.studies[0]?.study.studyInstanceUid ?? '';
      const task = await requested();
      const answer = await fhir(analyze({ name: 'study', valueIdentifier: uid(short) }, taskOf(task)), 200);
      const { issue } = answer as fhir4.OperationOutcome;
      assert.deepEqual([issue[0]?.severity, issue[0]?.details?.text], ['information', 'ineligible']);
      const { status, statusReason, output } = await read<fhir4.Task>(task);
      assert.deepEqual([status, output], ['failed', undefined]);
      assert.match(statusReason?.text ?? '', /^ineligible: .*too-few-slices/);
    });

    it('publishes what an order asks for, once, and its Task is completed with the report', async () => {
      const task = await requested();
      const byOrder = { name: 'serviceRequest', valueReference: { reference: order } };
      const bundle = (await fhir(analyze(byOrder, taskOf(task)), 200)) as fhir4.Bundle;
      const [report, ...others] = await reports();
      assert.deepEqual(others, []);
      assert.ok(bundle.entry?.some(({ resource }) => resource?.id === report?.id));
      assert.deepEqual(
        report?.basedOn?.map(({ reference }) => reference),
        [order],
      );
      const completed = await read<fhir4.Task>(task);
      assert.equal(completed.status, 'completed');
      assert.deepEqual(
        completed.output?.map(({ valueReference }) => valueReference?.reference),
        [`DiagnosticReport/${report?.id}`],
      );

      await fhir(analyze(byOrder, taskOf(task)), 200);
      assert.deepEqual(await read<fhir4.Task>(task), completed);
      assert.equal((await reports()).length, 1);
    });

    it('analyses nothing for a Task that is not open, or not there', async () => {
      const cancelled = await requested('cancelled');
      await outcome(analyze(study(), taskOf(cancelled)), 409, 'task-not-open');
      await outcome(analyze(study(), taskOf('Task/none')), 404, 'task-not-found');
      assert.equal((await read<fhir4.Task>(cancelled)).status, 'cancelled');
    });

    it('fails the Task when the PACS holds no such study', async () => {
      const task = await requested();
      await outcome(
        analyze({ name: 'study', valueIdentifier: uid('1.2.3.4') }, taskOf(task)),
        404,
        'study-not-found',
      );
      const { status, statusReason } = await read<fhir4.Task>(task);
      assert.equal(status, 'failed');
      assert.match(statusReason?.text ?? '', /^study-not-found: PACS 'main' holds no such study/);
    });

    it('fails the Task when its caller hangs up, and frees the place', async () => {
      const task = await requested();
      const controller = new AbortController();
      const gone = fetch(`${test.service.url}/fhir/$analyze-chest-ct`, {
        method: 'POST',
        headers: { 'content-type': fhirJson },
        body: JSON.stringify({ resourceType: 'Parameters', parameter: [study(), taskOf(task)] }),
        signal: controller.signal,
      });
      const status = async () => (await read<fhir4.Task>(task)).status;
      await until(async () => (await status()) === 'in-progress');
      controller.abort();
      await assert.rejects(gone);
      await until(async () => (await status()) === 'failed');
      assert.match((await read<fhir4.Task>(task)).statusReason?.text ?? '', /^cancelled: /);
      await until(async () => (await app().get('/health/ready')).body.inFlight === 0);
    });
  });
});

/** FHIR JSON as the text that it is: superagent would parse it. */
function text(answer: request.Response, done: (error: Error | null, body: string) => void): void {
  const chunks: Buffer[] = [];
  const stream = answer as unknown as NodeJS.ReadableStream;
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.on('end', () => done(null, Buffer.concat(chunks).toString()));
}
