/** Numbers that do not wait for the report that people read. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import request from 'supertest';
import type { Analysis } from '../../src/analysis/analysis.ts';
import { openTestService, patientSystem, type TestService } from '../support/test-service.ts';

describe('where the EHR waits for no report', { timeout: 300_000 }, () => {
  let test: TestService;
  /** Another process on the same PACS and EHR, which waits. */
  let patient: TestService;
  before(async () => {
    test = await openTestService({ store: ['sr'], more: { report: { waitSeconds: 0 } } });
    patient = await openTestService({
      pacs: { main: { url: test.pacsUrl, store: [] } },
      ehr: { main: { url: test.ehrUrl, patientIdentifierSystem: patientSystem } },
      more: { report: { waitSeconds: 600 } },
    });
  });
  after(async () => {
    await patient.close();
    await test.close();
  });
  const post = ({ service }: TestService, body: object = {}) =>
    request(service.app.server)
      .post('/v1/analyses')
      .send({ study: test.study.study.studyInstanceUid, ...body });
  const held = async (report = '') =>
    (await (await fetch(`${test.ehrUrl}/${report}`)).json()) as fhir4.DiagnosticReport;
  const codes = ({ warnings }: Analysis) => warnings.map(({ code }) => code);
  let report: string | undefined;

  it('the numbers are there first, and the objects are stored after them', async () => {
    const answer = await post(test).set('accept', 'text/event-stream').expect(200);
    const events = [...answer.text.matchAll(/^event: (.*)\ndata: (.*)$/gm)];
    const told = events.flatMap(([, event = '', data = '']) =>
      event === 'progress' ? [JSON.parse(data) as { stage: string; fraction: number }] : [],
    );
    const stages = told.map(({ stage, fraction }) => `${stage} ${fraction}`);
    // Each begins and ends once: what is drawn and stored after its turn is not told as a stage again.
    assert.deepEqual(
      stages.filter((told) => /^(report|store|publish) /.test(told)),
      ['report 0', 'report 1', 'publish 0', 'publish 1'],
    );
    const analysis = JSON.parse(events.at(-1)?.[2] ?? '') as Analysis;
    assert.equal(analysis.outcome, 'published');
    assert.deepEqual(
      analysis.stored?.instances?.map(({ object }) => object),
      ['sr'],
    );
    const late = analysis.warnings.find(({ code }) => code === 'report-late');
    // With 0 it can never be drawn in time.
    assert.match(late?.text ?? '', /waitSeconds is 0.*Sending the request again does not add it/);
    report = analysis.published?.report;
    const { status, presentedForm, result = [] } = await held(report);
    assert.deepEqual([status, presentedForm, result.length], ['preliminary', undefined, 3]);
  });

  it('who asks for the page gets it all the same', async () => {
    const { body } = await post(test).set('accept', 'application/pdf').buffer(true).expect(200);
    assert.equal((body as Buffer).subarray(0, 5).toString('latin1'), '%PDF-');
  });

  it('sent again to who waits, the report gets it, once', async () => {
    const { body } = await post(patient).expect(200);
    assert.equal(body.published.report, report);
    assert.equal(body.published.alreadyPublished, false);
    assert.ok(!codes(body as Analysis).includes('report-late'));
    assert.equal((await held(report)).presentedForm?.[0]?.contentType, 'application/pdf');
    const again = await post(patient).expect(200);
    assert.equal(again.body.published.alreadyPublished, true);
    assert.equal(again.body.timingsMs.report, undefined);
  });
});
