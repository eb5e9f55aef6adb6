/** Images that cannot be used, over HTTP: each has its code, and nothing is published. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import request from 'supertest';
import { openRawServer } from '../support/raw-server.ts';
import { openTestService, resourcesOf, type TestService } from '../support/test-service.ts';

/** The same length, so that everything else stays where it is. */
function replaced(bytes: Buffer, from: string, to: string): Buffer {
  assert.equal(from.length, to.length);
  const text = bytes.toString('latin1');
  assert.ok(text.includes(from), from);
  return Buffer.from(text.replaceAll(from, to), 'latin1');
}

describe('images that cannot be used', () => {
  let test: TestService;
  let tampering: Awaited<ReturnType<typeof openRawServer>>;
  /** What the tampering PACS makes of a retrieved series. */
  let tamper = (body: Buffer) => body;
  let files: Buffer[];
  let compressed: Buffer[];

  before(async () => {
    tampering = await openRawServer(async (incoming, outgoing) => {
      const accept = incoming.headers.accept ?? '*/*';
      const answer = await fetch(new URL(incoming.url ?? '/', test.pacsUrl), { headers: { accept } });
      const body = Buffer.from(await answer.arrayBuffer());
      const type = answer.headers.get('content-type') ?? '';
      outgoing.writeHead(answer.status, { 'content-type': type });
      outgoing.end(type.startsWith('multipart/related') ? tamper(body) : body);
    });
    test = await openTestService({
      studies: [{ jpegLs: true }],
      limits: { uploadInstances: 60 },
      pacs: { tampering: { url: `${tampering.url}/dicom-web` } },
    });
    files = await Promise.all(test.study.files.map((file) => readFile(file)));
    compressed = await Promise.all((test.studies[0]?.files ?? []).map((file) => readFile(file)));
  });
  after(async () => {
    await test.close();
    await tampering.close();
  });

  const refused = async (asked: request.Test, status: number, code: string, text: RegExp) => {
    const answer = await asked;
    assert.equal(answer.status, status, answer.text);
    assert.equal(answer.body.code, code);
    assert.match(answer.body.detail, text);
    assert.deepEqual(await resourcesOf(test.ehrUrl, 'DiagnosticReport'), []);
  };
  const uploaded = (instances: readonly Buffer[]) => {
    const head = Buffer.from('--b\r\nContent-Type: application/dicom\r\n\r\n');
    const parts = instances.flatMap((instance) => [head, instance, Buffer.from('\r\n')]);
    return request(test.service.app.server)
      .post('/v1/analyses?publish=false')
      .set('content-type', 'multipart/related; type="application/dicom"; boundary=b')
      .send(Buffer.concat([...parts, Buffer.from('--b--\r\n')]));
  };
  const sent = (tampered: (body: Buffer) => Buffer) => {
    tamper = tampered;
    const study = test.study.study.studyInstanceUid;
    return request(test.service.app.server)
      .post('/v1/analyses')
      .send({ study, pacs: 'tampering', publish: false });
  };
  const inSecondHalf = (body: Buffer, from: string, to: string) => {
    const middle = Math.floor(body.length / 2);
    return Buffer.concat([body.subarray(0, middle), replaced(body.subarray(middle), from, to)]);
  };
  const other = (uid: string) => `${uid.slice(0, -1)}${uid.endsWith('1') ? '2' : '1'}`;

  it('of several studies in one upload', () => {
    const uid = test.study.study.studyInstanceUid;
    const mixed = files.map((file, index) => (index % 2 === 0 ? file : replaced(file, uid, other(uid))));
    return refused(uploaded(mixed), 422, 'several-studies', /holds 2 studies/);
  });

  it('more than are taken', () =>
    refused(
      uploaded([...files, ...files.slice(0, 1)]),
      413,
      'limit-exceeded',
      /limits\.uploadInstances \(60 instances\)/,
    ));

  it('that break off within an instance', () =>
    refused(
      uploaded([files[0]?.subarray(0, 600) ?? Buffer.of(), ...files.slice(1)]),
      422,
      'dicom-invalid',
      /malformed/,
    ));

  it('in a transfer syntax that is not read', () => {
    const strange = files.map((file) => replaced(file, '1.2.840.10008.1.2.1\0', '1.2.840.10008.1.2.77'));
    return refused(uploaded(strange), 422, 'transfer-syntax-unsupported', /1\.2\.840\.10008\.1\.2\.77/);
  });

  it('compressed, that cannot be decoded', () => {
    const spoilt = compressed.map((file) => {
      const copy = Buffer.from(file);
      return copy.fill(0xff, copy.length - 2000, copy.length - 100);
    });
    return refused(uploaded(spoilt), 422, 'decode-failed', /JPEG-LS/);
  });

  it('of another study than the PACS was asked for', () => {
    const uid = test.study.study.studyInstanceUid;
    return refused(
      sent((body) => replaced(body, uid, other(uid))),
      502,
      'identity-mismatch',
      /of another study/,
    );
  });

  it('of two patients in one series', () =>
    refused(
      sent((body) => inSecondHalf(body, 'PHANTOM-TEST-1', 'PHANTOM-TEST-9')),
      422,
      'several-patients',
      /more than one patient/,
    ));

  it('that do not fit together', () =>
    refused(
      sent((body) => inSecondHalf(body, '2.8\\2.8', '2.9\\2.9')),
      422,
      'geometry-inconsistent',
      /do not make one volume/,
    ));

  it('in colour', () =>
    refused(
      sent((body) => replaced(body, '(\0\x02\0US\x02\0\x01\0', '(\0\x02\0US\x02\0\x03\0')),
      422,
      'pixel-data-unsupported',
      /Send the original CT images/,
    ));
});
