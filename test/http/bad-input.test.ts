/** Bad input over HTTP, through the real app: each has its code, nothing is published, the next request works. */
import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import request from 'supertest';
import { checkConfig } from '../../src/config.ts';
import { LobarError } from '../../src/errors.ts';
import { openService } from '../../src/http/open-service.ts';
import { shippedModelsFolder } from '../../src/inference/shipped-models-folder.ts';
import { createLogger } from '../../src/telemetry/log.ts';
import { openRawServer } from '../support/raw-server.ts';
import {
  openTestService,
  patient,
  patientSystem,
  resourcesOf,
  type TestService,
} from '../support/test-service.ts';
import { until } from '../support/until.ts';

/** In this order in the PACS, with seeds 2, 3, ... */
const spoilt = {
  notCt: { replace: [{ tag: '00080060', vr: 'CS', value: 'MR' }] },
  notChest: {
    study: { description: 'CT HEAD' },
    series: { description: 'axial' },
    replace: [
      { tag: '00180015', vr: 'CS', value: 'HEAD' },
      { tag: '00181030', vr: 'LO', value: 'HEAD' },
    ],
  },
  tooFewSlices: { slices: 10 },
  lyingLength: { patient: { id: 'PHANTOM-TEST-1' }, replace: [{ tag: '00280010', vr: 'US', value: 256 }] },
  strangePatient: { patient: { id: 'NOBODY' } },
  twoPatients: { patient: { id: 'TWINS' } },
  noPatientId: { omit: ['00100020'] },
  otherBirthDate: { patient: { id: 'BORN-LATER', birthDate: '19700101' } },
} as const;
type Spoilt = keyof typeof spoilt;

describe('bad input', () => {
  let test: TestService;
  let flakyPacs: Awaited<ReturnType<typeof openRawServer>>;
  let swappingPacs: Awaited<ReturnType<typeof openRawServer>>;
  let strictEhr: Awaited<ReturnType<typeof openRawServer>>;

  before(async () => {
    flakyPacs = await openRawServer(async (incoming, outgoing) => {
      const answer = await fetch(new URL(incoming.url ?? '/', test.pacsUrl), {
        headers: { accept: incoming.headers.accept ?? '*/*' },
      });
      const body = Buffer.from(await answer.arrayBuffer());
      const type = answer.headers.get('content-type') ?? '';
      outgoing.writeHead(answer.status, { 'content-type': type });
      if (type.startsWith('multipart/related')) {
        outgoing.write(body.subarray(0, body.length / 2), () => outgoing.destroy());
      } else {
        outgoing.end(body);
      }
    });
    // A PACS that lists the study that was asked for and sends the images of another patient.
    swappingPacs = await openRawServer(async (incoming, outgoing) => {
      const other = test.studies[Object.keys(spoilt).indexOf('strangePatient')];
      const isRetrieval = /\/series\/[0-9.]+$/.test(incoming.url ?? '');
      const path = isRetrieval
        ? `/dicom-web/studies/${other?.study.studyInstanceUid}/series/${other?.series.seriesInstanceUid}`
        : incoming.url;
      const answer = await fetch(new URL(path ?? '/', test.pacsUrl), {
        headers: { accept: incoming.headers.accept ?? '*/*' },
      });
      outgoing.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
      outgoing.end(Buffer.from(await answer.arrayBuffer()));
    });
    strictEhr = await openRawServer((incoming, outgoing) => {
      const isSearch = incoming.method === 'GET';
      const known = { resource: { ...patient('PHANTOM-TEST-1'), id: 'p1' }, search: { mode: 'match' } };
      const isPatient = incoming.url?.includes('/Patient') ?? false;
      const found = { resourceType: 'Bundle', type: 'searchset', entry: isPatient ? [known] : [] };
      const refusal = {
        resourceType: 'OperationOutcome',
        issue: [
          { severity: 'error', code: 'invariant', diagnostics: 'Observation.status is not to our taste' },
        ],
      };
      const isRead = isSearch && !(incoming.url?.includes('?') ?? false);
      outgoing
        .writeHead(isRead ? 404 : isSearch ? 200 : 422, { 'content-type': 'application/fhir+json' })
        .end(JSON.stringify(isSearch && !isRead ? found : refusal));
    });
    const system = { patientIdentifierSystem: patientSystem };
    test = await openTestService({
      studies: Object.values(spoilt),
      limits: { uploadIdleSeconds: 1, waiting: 0 },
      patients: [
        patient('PHANTOM-TEST-1'),
        patient('TWINS'),
        patient('TWINS'),
        { ...patient('BORN-LATER'), birthDate: '1970-01-02' },
      ],
      pacs: {
        flaky: { url: `${flakyPacs.url}/dicom-web` },
        gone: { url: 'http://127.0.0.1:1/dicom-web' },
        swapping: { url: `${swappingPacs.url}/dicom-web` },
      },
      ehr: {
        strict: { url: `${strictEhr.url}/fhir`, writeMode: 'put-id', ...system },
        gone: { url: 'http://127.0.0.1:1/fhir', ...system },
      },
    });
  });
  after(async () => {
    await test.close();
    await Promise.all([flakyPacs.close(), swappingPacs.close(), strictEhr.close()]);
  });

  const post = (body: object) => request(test.service.app.server).post('/v1/analyses').send(body);
  const good = () => test.study.study.studyInstanceUid;
  const uidOf = (name: Spoilt) =>
    test.studies[Object.keys(spoilt).indexOf(name)]?.study.studyInstanceUid ?? assert.fail(name);

  const refused = async (body: object, status: number, code: string, text: RegExp, instance?: RegExp) => {
    const answer = await post(body)
      .expect(status)
      .expect('content-type', 'application/problem+json; charset=utf-8');
    assert.equal(answer.body.code, code);
    assert.match(answer.body.detail, text);
    assert.equal(answer.body.requestId, answer.headers['x-request-id']);
    // One sentence or a few, for a log: no identifier of the study or the patient in it.
    assert.doesNotMatch(answer.body.detail, /\d+\.\d+\.\d+|PHANTOM|TWINS|NOBODY|BORN|1970/);
    // Which instance it was is told to the caller alone.
    if (instance !== undefined) assert.match(answer.body.details.sopInstanceUid, instance);
    await nothingPublished();
  };
  const nothingPublished = async () => {
    const { body } = await request(test.service.app.server).get('/health/ready').expect(200);
    assert.deepEqual([body.status, body.inFlight], ['ready', 0]);
    for (const type of ['DiagnosticReport', 'Observation', 'Device', 'Provenance'] as const) {
      assert.deepEqual(await resourcesOf(test.ehrUrl, type), []);
    }
  };
  const ineligible = async (name: Spoilt, code: string) => {
    const { body } = await post({ study: uidOf(name) }).expect(200);
    assert.equal(body.outcome, 'ineligible');
    const codes = body.reasons.flatMap((one: { reasons: { code: string }[] }) =>
      one.reasons.map((reason) => reason.code),
    );
    assert.ok(codes.includes(code), codes.join());
    assert.equal(body.classification, undefined);
    await nothingPublished();
  };

  it('a study that is not there', () =>
    refused({ study: '1.2.3.4' }, 404, 'study-not-found', /holds no such study/));
  it('a series that is not there', () =>
    refused({ study: good(), series: '1.2.3.4' }, 404, 'series-not-found', /holds no such series/));
  it('a study that is not CT is a finished answer with its reason', () => ineligible('notCt', 'not-ct'));
  it('a study that is not of the chest', () => ineligible('notChest', 'not-chest'));
  it('too few slices', () => ineligible('tooFewSlices', 'too-few-slices'));
  it('slices that declare more pixels than they hold, with the instance', () =>
    refused(
      { study: uidOf('lyingLength') },
      422,
      'pixel-data-length',
      /declares 65536 .* holds 32768/,
      /^2\.25\./,
    ));
  it('a PACS that breaks off half way', () =>
    refused(
      { study: good(), pacs: 'flaky' },
      502,
      'pacs-incomplete',
      /'flaky' broke off .* Send the request again/,
    ));
  it('a PACS that sends another study than was asked for: never on the wrong patient', () =>
    // None of the listed instances arrived.
    refused({ study: good(), pacs: 'swapping' }, 502, 'pacs-incomplete', /0 of 60 instances/));
  it('a PACS that is not there', () =>
    refused({ study: good(), pacs: 'gone' }, 502, 'pacs-unreachable', /'gone'/));
  it('an EHR that answers 422, with what it said', () =>
    refused({ study: good(), ehr: 'strict' }, 502, 'ehr-rejected', /HTTP 422: .*not to our taste/));
  it('an EHR that is not there', () =>
    refused({ study: good(), ehr: 'gone' }, 502, 'ehr-unreachable', /'gone'/));
  it('a patient that the EHR does not know', () =>
    refused({ study: uidOf('strangePatient') }, 422, 'patient-not-found', /Register the patient/));
  it('two patients that match', () =>
    refused({ study: uidOf('twoPatients') }, 422, 'patient-ambiguous', /2 patients/));
  it('a patient of another birth date, before any image is fetched', async () => {
    const study = uidOf('otherBirthDate');
    await refused({ study }, 422, 'patient-mismatch', /differ: birth date\. Nothing was published/);
    const { text } = await post({ study }).set('accept', 'text/event-stream').expect(200);
    assert.match(text, /"stage":"find","fraction":1\}.*patient-mismatch/s);
    assert.doesNotMatch(text, /"stage":"retrieve"/);
  });
  it('a study without PatientID', () =>
    refused({ study: uidOf('noPatientId') }, 422, 'patient-identifier-missing', /no PatientID/));

  it('names that are not configured', async () => {
    await refused(
      { study: good(), pacs: 'other' },
      400,
      'endpoint-unknown',
      /No pacs of that name is configured\. Known: main, flaky, gone/,
    );
    await refused({ study: good(), ehr: 'other' }, 400, 'endpoint-unknown', /Known: main, strict, gone/);
  });

  it('a malformed request, with what is wrong in it', async () => {
    await refused({}, 400, 'request-invalid', /must have required property 'study'/);
    await refused({ study: '1..2/../3' }, 400, 'request-invalid', /body\.study must match pattern/);
    await refused(
      { study: '1.2', publish: 'yes' },
      400,
      'request-invalid',
      /body\.publish .*\(true,false,dry-run\)/,
    );
    await refused(
      { study: '1.2', webhook: 'http://x' },
      400,
      'request-invalid',
      /must NOT have additional properties/,
    );
    // A name of the configuration: no address of a caller's is called.
    await refused(
      { study: '1.2', callback: 'http://x' },
      400,
      'request-invalid',
      /body\.callback must match pattern/,
    );
    await refused({ study: '1.2', accession: 'A\u0007' }, 400, 'request-invalid', /body\.accession/);
    const app = request(test.service.app.server);
    const json = await app.post('/v1/analyses').set('content-type', 'application/json').send('{').expect(400);
    assert.equal(json.body.code, 'request-invalid');
    const type = await app.post('/v1/analyses').set('content-type', 'text/plain').send('x').expect(415);
    assert.equal(type.body.code, 'media-type-unsupported');
    const none = await app.delete('/v1/analyses/x').set('content-type', 'text/plain').send('x').expect(415);
    assert.match(none.body.detail, /none is taken here/);
    const accept = await post({ study: '1.2' }).set('accept', 'image/tiff').expect(406);
    assert.equal(accept.body.code, 'not-acceptable');
    const empty = await app.post('/v1/analyses').expect(400);
    assert.equal(empty.body.code, 'request-invalid');
    const address = await app
      .get('/%zz')
      .expect(400)
      .expect('content-type', /problem\+json/);
    assert.equal(address.body.code, 'request-invalid');
    const large = await post({ study: '1.2', accession: 'x'.repeat(70_000) }).expect(413);
    assert.match(large.body.detail, /limits\.requestBytes \(65536 bytes\)/);
    const route = await app.get('/v2/analyses').expect(404);
    assert.equal(route.body.code, 'route-not-found');
  });

  it('an upload that is no DICOM, or empty, or has no end', async () => {
    const upload = (body: string) =>
      request(test.service.app.server)
        .post('/v1/analyses?publish=false')
        .set('content-type', 'multipart/related; type="application/dicom"; boundary=b')
        .send(body);
    const part = '--b\r\nContent-Type: application/dicom\r\n\r\n';
    assert.equal((await upload(`${part}hello\r\n--b--`).expect(422)).body.code, 'not-dicom');
    assert.equal((await upload('--b--').expect(422)).body.code, 'no-images');
    assert.equal((await upload(`${part}hello`).expect(400)).body.code, 'request-invalid');
    await nothingPublished();
  });

  it('is told to a FHIR client as an OperationOutcome', async () => {
    const answer = await post({ study: '1.2.3.4' }).set('accept', 'application/fhir+json').expect(404);
    const outcome = JSON.parse(answer.text) as fhir4.OperationOutcome;
    assert.equal(outcome.resourceType, 'OperationOutcome');
    assert.equal(outcome.issue[0]?.severity, 'error');
  });

  it('is told as the last event of a stream', async () => {
    const answer = await post({ study: '1.2.3.4' }).set('accept', 'text/event-stream').expect(200);
    assert.match(answer.text, /event: problem\ndata: .*"code":"study-not-found"/);
  });

  it('more requests than there are places: 503 with Retry-After, the admitted ones are answered', async () => {
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => post({ study: good(), publish: false })),
    );
    const statuses = answers.map(({ status }) => status).toSorted();
    assert.deepEqual(statuses, [200, 200, 503, 503, 503]);
    const busy = answers.find(({ status }) => status === 503);
    assert.equal(busy?.body.code, 'at-capacity');
    assert.match(busy?.headers['retry-after'] ?? '', /^\d+$/);
  });

  it('a stream is refused by its status too when there is no place', async () => {
    const running = [0, 1].map(() => post({ study: good(), publish: false }).then(({ status }) => status));
    const isFull = async () =>
      (await request(test.service.app.server).get('/health/ready')).body.inFlight === 2;
    await until(isFull);
    const stream = await post({ study: good() }).set('accept', 'text/event-stream').expect(503);
    assert.equal(stream.body.code, 'at-capacity');
    assert.deepEqual(await Promise.all(running), [200, 200]);
  });

  it('an upload that stalls gives its place back', async () => {
    const socket = connect(Number(new URL(test.service.url).port), '127.0.0.1');
    socket.write(
      'POST /v1/analyses?publish=false HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n' +
        'Content-Type: multipart/related; type="application/dicom"; boundary=b\r\n\r\n--b\r\n',
    );
    let answer = '';
    for await (const chunk of socket) answer += String(chunk);
    assert.match(answer, /^HTTP\/1\.1 408 /);
    assert.match(answer, /"code":"upload-stalled"/);
    await nothingPublished();
  });

  it('a client that hangs up frees its place', async () => {
    const controller = new AbortController();
    const gone = fetch(`${test.service.url}/v1/analyses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ study: good() }),
      signal: controller.signal,
    });
    setTimeout(() => controller.abort(), 300);
    await assert.rejects(gone);
    const ready = () => request(test.service.app.server).get('/health/ready');
    await until(async () => (await ready()).body.inFlight === 0);
    await nothingPublished();
  });

  it('and after all that the next good request is published', async () => {
    const { body } = await post({ study: good() }).expect(200);
    assert.equal(body.outcome, 'published');
  });
});

describe('a service that may not start', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-models-'));
    await cp(shippedModelsFolder, folder, { recursive: true });
  });
  after(() => rm(folder, { recursive: true }));

  it('a model file with a wrong checksum', async () => {
    const file = join(folder, 'classifier-phantom', 'classifier.onnx');
    const bytes = await readFile(file);
    bytes[1000] = (bytes[1000] ?? 0) ^ 1;
    await writeFile(file, bytes);
    const config = checkConfig({ http: { port: 0 }, inference: { modelsFolder: folder } });
    await assert.rejects(openService(config, createLogger('silent')), (error) => {
      assert.ok(error instanceof LobarError);
      assert.equal(error.code, 'model-checksum-mismatch');
      assert.match(error.message, /'classifier-phantom': sha256 of classifier\.onnx/);
      return true;
    });
  });

  it('an unknown configuration key', () => {
    assert.throws(() => checkConfig({ pacss: {} }), /pacss: no such setting; known here: http, log, pacs/);
  });
});
