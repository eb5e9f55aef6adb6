/** What a PACS, an EHR and the way to them may fail with, over HTTP: each has its code, and nothing is published. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import request from 'supertest';
import { openRawServer } from '../support/raw-server.ts';
import { openTestService, patientSystem, resourcesOf, type TestService } from '../support/test-service.ts';

const answering =
  (status: number, headers: Record<string, string> = {}, body = ''): RequestListener =>
  (incoming, outgoing) => {
    incoming.resume();
    outgoing.writeHead(status, headers).end(body);
  };

/** What each listener answers, by the name of an endpoint. */
const behaviours = {
  locked: answering(401),
  failing: answering(500),
  busy: answering(503, { 'retry-after': '120' }),
  other: answering(200, { 'content-type': 'text/html' }, '<html>'),
  silent: () => {},
} satisfies Record<string, RequestListener>;
type Behaviour = keyof typeof behaviours;

describe('a PACS or an EHR that fails', () => {
  let test: TestService;
  let folder = '';
  const closers: (() => Promise<unknown>)[] = [];
  /** Has everything but what is written: the connection is cut there. */
  let cutting: Awaited<ReturnType<typeof openRawServer>>;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-upstream-'));
    const secret = join(folder, 'secret');
    await writeFile(secret, 'secret');
    const urls = {} as Record<Behaviour, string>;
    for (const [name, listener] of Object.entries(behaviours)) {
      const server = await openRawServer(listener);
      closers.push(() => server.close());
      urls[name as Behaviour] = server.url;
    }
    cutting = await openRawServer(async (incoming, outgoing) => {
      if (incoming.method !== 'GET') return void incoming.socket.destroy();
      const answer = await fetch(new URL(incoming.url ?? '/', test.ehrUrl), {
        headers: { 'cache-control': 'no-cache' },
      });
      outgoing.writeHead(answer.status, { 'content-type': 'application/fhir+json' });
      outgoing.end(await answer.text());
    });
    // Another loopback address, which may be blocked on its own.
    const blocked = createServer(answering(200));
    blocked.listen(0, '127.0.0.2');
    await once(blocked, 'listening');
    closers.push(
      async () => blocked.close(),
      () => cutting.close(),
    );
    const blockedUrl = `http://127.0.0.2:${(blocked.address() as AddressInfo).port}`;

    const soon = { connect: 5, firstByte: 1, idle: 1 };
    const oauth2 = { tokenUrl: `${urls.failing}/token`, clientId: 'lobar', clientSecretFile: secret };
    const system = { patientIdentifierSystem: patientSystem };
    const breaker = { failures: 1000 };
    const pacsAt = (one: Behaviour, more: object = {}) => ({
      url: `${urls[one]}/dicom-web`,
      retries: 0,
      ...more,
    });
    const ehrAt = (one: Behaviour, more: object = {}) => ({
      url: `${urls[one]}/fhir`,
      ...system,
      breaker,
      ...more,
    });
    test = await openTestService({
      studies: [{ study: { accessionNumber: 'TEST-1' } }],
      pacs: {
        locked: pacsAt('locked'),
        failing: pacsAt('failing'),
        busy: pacsAt('busy'),
        other: pacsAt('other'),
        silent: pacsAt('silent', { timeouts: soon }),
        tokenless: pacsAt('failing', { oauth2 }),
        unset: pacsAt('failing', { bearerTokenFile: join(folder, 'nowhere') }),
        blocked: { url: blockedUrl },
        proxied: { url: 'http://pacs.example.org/dicom-web', retries: 0 },
      },
      ehr: {
        failing: ehrAt('failing', { timeouts: { total: 2 } }),
        busy: ehrAt('busy'),
        silent: ehrAt('silent', { timeouts: { ...soon, total: 2 } }),
        tokenless: ehrAt('failing', { oauth2, timeouts: { total: 2 } }),
        ordered: { url: `${cutting.url}/fhir`, ...system, lookUp: { serviceRequest: true } },
        cutting: {
          url: `${cutting.url}/fhir`,
          ...system,
          breaker,
          writeMode: 'put-id',
          timeouts: { total: 5 },
        },
      },
      more: {
        egress: { blockedAddresses: ['127.0.0.2'] },
        proxy: { http: 'http://127.0.0.1:2', noProxy: '127.0.0.1,127.0.0.2' },
      },
    });
  });
  after(async () => {
    await test.close();
    for (const close of closers) await close();
    await rm(folder, { recursive: true });
  });

  const ask = (body: object) =>
    request(test.service.app.server)
      .post('/v1/analyses')
      .send({ study: test.study.study.studyInstanceUid, ...body });
  const refused = async (asked: request.Test, status: number, code: string, text: RegExp) => {
    const answer = await asked;
    assert.equal(answer.status, status, answer.text);
    assert.equal(answer.body.code, code, answer.text);
    assert.match(answer.body.detail, text);
    return answer.headers;
  };

  const send = async (method: string, path: string, resource: object) => {
    const answer = await fetch(`${test.ehrUrl}/${path}`, {
      method,
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify(resource),
    });
    assert.ok(answer.ok, `${answer.status}`);
  };

  describe('a PACS', () => {
    const cases = {
      locked: [502, 'pacs-auth-failed', /lets Lobar in no further/],
      failing: [502, 'pacs-error', /answered HTTP 500/],
      other: [502, 'pacs-response-invalid', /did not answer DICOMweb/],
      silent: [504, 'pacs-timeout', /longer than 1 s/],
      tokenless: [502, 'pacs-token-unavailable', /no token for PACS 'tokenless'/],
      unset: [500, 'config-invalid', /pacs\.unset\.bearerTokenFile: cannot be read/],
      blocked: [502, 'address-blocked', /egress\.blockedAddresses forbids/],
      proxied: [502, 'proxy-failed', /The proxy on the way to pacs\.proxied failed/],
    } as const;
    for (const [pacs, [status, code, text]] of Object.entries(cases)) {
      it(`that is ${pacs} is ${code}`, async () => {
        await refused(ask({ pacs, publish: false }), status, code, text);
      });
    }

    it('that is busy is pacs-busy, with the seconds that it asked for', async () => {
      const headers = await refused(ask({ pacs: 'busy' }), 503, 'pacs-busy', /left alone for 120 s/);
      assert.equal(headers['retry-after'], '120');
    });

    it('that holds two studies of one accession number is study-ambiguous', async () => {
      const parameter = [{ name: 'accession', valueIdentifier: { value: 'TEST-1' } }];
      const answer = await request(test.service.app.server)
        .post('/fhir/$analyze-chest-ct')
        .send({ resourceType: 'Parameters', parameter })
        .expect(422);
      assert.equal(
        (JSON.parse(answer.text) as fhir4.OperationOutcome).issue[0]?.details?.text,
        'study-ambiguous',
      );
    });
  });

  describe('an EHR', () => {
    const cases = {
      failing: [502, 'ehr-error', /answered HTTP 500/],
      silent: [504, 'ehr-timeout', /longer than \d+ s/],
      tokenless: [502, 'ehr-token-unavailable', /no token for EHR 'tokenless'/],
    } as const;
    for (const [ehr, [status, code, text]] of Object.entries(cases)) {
      it(`that is ${ehr} is ${code}`, async () => {
        await refused(ask({ ehr }), status, code, text);
      });
    }

    it('that is busy is ehr-busy, with the seconds that it asked for', async () => {
      const headers = await refused(ask({ ehr: 'busy' }), 503, 'ehr-busy', /left alone for 120 s/);
      assert.equal(headers['retry-after'], '120');
    });

    it('that breaks off while written to is ehr-outcome-unknown', async () => {
      const unknown = /not known whether the report was written/;
      await refused(ask({ ehr: 'cutting' }), 502, 'ehr-outcome-unknown', unknown);
    });

    it('that holds two orders of one accession number is order-ambiguous', async () => {
      const [known] = await resourcesOf<fhir4.Patient>(test.ehrUrl, 'Patient');
      for (const intent of ['order', 'original-order'] as const) {
        await send('POST', 'ServiceRequest', {
          resourceType: 'ServiceRequest',
          status: 'active',
          intent,
          subject: { reference: `Patient/${known?.id}` },
          identifier: [{ value: test.study.study.accessionNumber }],
        });
      }
      await refused(ask({ ehr: 'ordered' }), 422, 'order-ambiguous', /holds 2 of ServiceRequest/);
    });

    it('in which a human has finalised the report is report-finalised', async () => {
      await ask({ ehr: 'main' }).expect(200);
      const [report] = await resourcesOf<fhir4.DiagnosticReport>(test.ehrUrl, 'DiagnosticReport');
      assert.ok(report !== undefined);
      await send('PUT', `DiagnosticReport/${report.id}`, { ...report, status: 'final' });
      await refused(
        ask({ ehr: 'main' }),
        409,
        'report-finalised',
        /set by a human\. Lobar never overwrites it/,
      );
    });
  });
});
