import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ResolvedReport } from '../../src/fhir/presented-form.ts';
import type { PreviousReport } from '../../src/fhir/previous-reports.ts';
import type { ReportFacts } from '../../src/fhir/report-facts.ts';
import { canaryPatient, patientSystem } from './ehr-fixture.ts';
import { emptyLobeFacts, exampleFacts } from './facts.ts';
import { get, humanPut, openClient, pdf } from './write/write-mode-fixture.ts';

let patients = 0;

/** A patient of the EHR that no other test has, and a study of his on a day. */
async function newPatient(url: string) {
  patients += 1;
  const id = `p-previous-${process.pid}-${patients}`;
  const identifier = [{ system: patientSystem, value: `MRN-${id}` }];
  const answer = await fetch(`${url}/Patient/${id}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify({ ...canaryPatient, id, identifier }),
  });
  assert.equal(answer.status, 201, await answer.text());
  let studies = 0;
  return (acquiredAt: string, percent: number, score: number, facts = exampleFacts): ReportFacts => {
    studies += 1;
    const uid = `1.2.4.${process.pid}.${patients}.${studies}`;
    const { involvement, severity, classification } = facts.findings;
    return {
      ...facts,
      findings: {
        classification,
        involvement: { ...involvement, percent },
        severity: { ...severity, score },
      },
      study: { ...facts.study, uid, patientId: `MRN-${id}`, acquiredAt },
      series: { ...facts.series, uid: `${uid}.1` },
    };
  };
}

/** Publishes a study, and gives what its report is told of earlier ones. */
async function publish(
  url: string,
  facts: ReportFacts,
): Promise<ResolvedReport & { readonly report: string }> {
  let told: ResolvedReport | undefined;
  const present = async (resolved: ResolvedReport) => {
    told = resolved;
    return [pdf];
  };
  const config = { writeMode: 'put-id', previousResults: true, presentedForm: ['pdf'] } as const;
  await using client = openClient(url, { ...config, presentedForm: ['pdf'] }, { present });
  const { report } = await client.publish(facts);
  assert.ok(told);
  return { ...told, report };
}

const dates = (previous: readonly PreviousReport[]) => previous.map(({ scannedAt }) => scannedAt);

/** What a report is told of earlier ones, whatever the server is. */
export function describePreviousReports(target: () => string): void {
  describe('Earlier results of the same patient', () => {
    it('are given oldest first, as they were published, with the version that wrote them', async () => {
      const study = await newPatient(target());
      await publish(target(), study('2026-11-05T08:00:00Z', 12.34, 7));
      const newer = { ...exampleFacts, algorithm: { ...exampleFacts.algorithm, version: '0.2.0' } };
      await publish(target(), study('2026-11-12T09:30:00+01:00', 40.06, 15, newer));
      await publish(target(), study('2026-10-29', 0, 0));
      const { previous, facts } = await publish(target(), study('2026-11-20T08:00:00Z', 20, 10));
      // Rounded to one decimal, as is published.
      assert.deepEqual(previous, [
        { scannedAt: '2026-10-29', involvementPercent: 0, severityScore: 0, algorithmVersion: '0.1.0' },
        {
          scannedAt: '2026-11-05T08:00:00Z',
          involvementPercent: 12.3,
          severityScore: 7,
          algorithmVersion: '0.1.0',
        },
        {
          scannedAt: '2026-11-12T09:30:00+01:00',
          involvementPercent: 40.1,
          severityScore: 15,
          algorithmVersion: '0.2.0',
        },
      ]);
      assert.deepEqual(facts.warnings, []);
    });

    it('are none of this study, of a later scan, or of another patient', async () => {
      const study = await newPatient(target());
      const this_ = study('2026-11-20T08:00:00Z', 20, 10);
      await publish(target(), this_);
      await publish(target(), study('2026-11-21T08:00:00Z', 21, 11));
      const other = await newPatient(target());
      await publish(target(), other('2026-11-01T08:00:00Z', 22, 12));
      const again = { ...this_, algorithm: { ...this_.algorithm, version: '0.3.0' } };
      assert.deepEqual((await publish(target(), again)).previous, []);
    });

    it('are none that was taken back, nor numbers that are not ours, nor a lung that was not found', async () => {
      const study = await newPatient(target());
      const url = target();
      const kept = study('2026-10-01T08:00:00Z', 10, 5);
      await publish(url, kept);
      const { report: withdrawn } = await publish(url, study('2026-10-02T08:00:00Z', 11, 6));
      await humanPut(url, {
        ...(await get<fhir4.DiagnosticReport>(url, withdrawn)),
        status: 'entered-in-error',
      });
      const { report: foreign } = await publish(url, study('2026-10-03T08:00:00Z', 12, 7));
      const severity = await severityOf(url, foreign);
      await humanPut(url, {
        ...severity,
        identifier: [{ system: 'https://other.example/observation', value: '1' }],
      });
      const { report: wrong } = await publish(url, study('2026-10-04T08:00:00Z', 13, 8));
      await humanPut(url, { ...(await severityOf(url, wrong)), status: 'entered-in-error' });
      const none = study('2026-10-05T08:00:00Z', 0, 0, emptyLobeFacts());
      const { involvement } = none.findings;
      await publish(url, {
        ...none,
        findings: { ...none.findings, involvement: { ...involvement, lungMl: 0, opacityMl: 0 } },
      });
      const { previous } = await publish(url, study('2026-11-20T08:00:00Z', 20, 10));
      assert.deepEqual(dates(previous), ['2026-10-01T08:00:00Z']);
    });

    it('are the ten newest', async () => {
      const study = await newPatient(target());
      const days = Array.from({ length: 12 }, (_, index) => `2026-09-${String(index + 1).padStart(2, '0')}`);
      // Not in the order of time.
      for (const day of days.toReversed()) await publish(target(), study(`${day}T08:00:00Z`, 10, 5));
      const { previous } = await publish(target(), study('2026-11-20T08:00:00Z', 20, 10));
      assert.deepEqual(
        dates(previous),
        days.slice(2).map((day) => `${day}T08:00:00Z`),
      );
    });
  });
}

async function severityOf(url: string, report: string): Promise<fhir4.Observation> {
  const { result = [] } = await get<fhir4.DiagnosticReport>(url, report);
  const observations = await Promise.all(
    result.map(({ reference = '' }) => get<fhir4.Observation>(url, reference)),
  );
  const found = observations.find(({ identifier }) => identifier?.[0]?.value?.endsWith('/severity'));
  assert.ok(found);
  return found;
}
