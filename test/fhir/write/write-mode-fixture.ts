import assert from 'node:assert/strict';
import type { WriteMode } from '../../../src/config-endpoints.ts';
import type { EhrConfig, LimitsConfig } from '../../../src/config-schema.ts';
import { type EhrClient, openEhr } from '../../../src/fhir/open-ehr.ts';
import type { PresentedForm } from '../../../src/fhir/presented-form.ts';
import {
  type PublishOptions,
  type PublishResult,
  publishFindings,
} from '../../../src/fhir/publish-findings.ts';
import type { ReportFacts } from '../../../src/fhir/report-facts.ts';
import { ehrConfig, fhirBase } from '../ehr-fixture.ts';
import { exampleFacts } from '../facts.ts';

/** Those that write a report with all that it rests on. */
export const writeModes: readonly WriteMode[] = [
  'put-id',
  'conditional-update',
  'conditional-create',
  'create-and-search',
];

let studies = 0;

/** The example facts of a study that no other test has. */
export function factsOfNewStudy(): ReportFacts {
  studies += 1;
  const uid = `1.2.3.${process.pid}.${studies}`;
  return {
    ...exampleFacts,
    study: { ...exampleFacts.study, uid },
    series: { ...exampleFacts.series, uid: `${uid}.1` },
  };
}

/** The same study, read by a newer version. */
export function newer(facts: ReportFacts, version = '0.2.0'): ReportFacts {
  return { ...facts, algorithm: { ...facts.algorithm, version } };
}

/** A document, for what takes any: how a real one is made is tested elsewhere. */
export const pdf: PresentedForm = {
  contentType: 'application/pdf',
  language: 'en',
  title: 'AI analysis of chest CT',
  bytes: new TextEncoder().encode('%PDF-1.7\nnot much of one\n%%EOF\n'),
};

export interface TestClient extends AsyncDisposable {
  readonly ehr: EhrClient;
  publish(facts: ReportFacts, signal?: AbortSignal): Promise<PublishResult>;
}

/** A client as each process of the service has one. */
export function openClient(
  url: string,
  config: EhrConfig['writeMode'] | Partial<EhrConfig> = 'auto',
  more: Partial<PublishOptions> = {},
): TestClient {
  const timeouts = { connect: 5, firstByte: 30, idle: 30, total: 120 };
  // The CapabilityStatement of HAPI is longer than 1 MiB.
  const limits = { jsonBytes: 16 * 2 ** 20 } as LimitsConfig;
  const configured =
    typeof config === 'string' ? { writeMode: config } : { writeMode: 'auto' as const, ...config };
  const ehr = openEhr('main', ehrConfig(url, { timeouts, ...configured }), limits);
  const { signal: never } = new AbortController();
  return {
    ehr,
    publish: (facts, signal = never) =>
      publishFindings(ehr, facts, { fhirBase, mode: 'publish', signal, ...more }),
    [Symbol.asyncDispose]: () => ehr.close(),
  };
}

export interface Kept {
  readonly reports: readonly fhir4.DiagnosticReport[];
  readonly observations: readonly fhir4.Observation[];
  readonly provenances: readonly fhir4.Provenance[];
}

/** What an EHR holds of a study under the identifiers of its report, asked past every cache. */
export async function keptOf(url: string, { study, algorithm }: ReportFacts): Promise<Kept> {
  const key = `${study.uid}/${algorithm.id}`;
  const slots = ['classification', 'involvement', 'severity', ...lobes.map((lobe) => `lobe-${lobe}`)];
  const reports = await search<fhir4.DiagnosticReport>(url, 'DiagnosticReport', {
    identifier: `${fhirBase}/ai-report|${key}`,
  });
  const observations = await search<fhir4.Observation>(url, 'Observation', {
    identifier: slots.map((slot) => `${fhirBase}/ai-observation|${key}/${slot}`).join(','),
  });
  const provenances = await Promise.all(
    reports.map(({ id }) =>
      search<fhir4.Provenance>(url, 'Provenance', { target: `DiagnosticReport/${id}` }),
    ),
  );
  return { reports, observations, provenances: provenances.flat() };
}

const lobes = ['rul', 'rml', 'rll', 'lul', 'lll'];

/** One report with three results that rest on five lobes, nothing twice; gives the report. */
export async function assertOnce(url: string, facts: ReportFacts): Promise<Kept & { id: string }> {
  const kept = await keptOf(url, facts);
  assert.equal(kept.reports.length, 1, 'one report');
  assert.equal(kept.observations.length, 8, 'eight observations');
  const [report] = kept.reports;
  const byId = new Map(kept.observations.map((one) => [`Observation/${one.id}`, one]));
  const results = (report?.result ?? []).map(({ reference = '' }) => byId.get(reference));
  assert.equal(results.filter((one) => one !== undefined).length, 3, 'three results, all there');
  const members = results.flatMap((one) => one?.hasMember ?? []).map(({ reference = '' }) => reference);
  assert.equal(new Set(members).size, 5, 'five lobes');
  assert.ok(
    members.every((reference) => byId.has(reference)),
    'all lobes are there',
  );
  // Written at once by several processes without a transaction it may be there twice, and says the same.
  for (const device of new Set(kept.observations.map((one) => one.device?.reference))) {
    assert.ok(await get(url, device ?? ''), 'the Device is there');
  }
  return { ...kept, id: `DiagnosticReport/${report?.id}` };
}

export async function search<Resource extends fhir4.FhirResource>(
  url: string,
  type: Resource['resourceType'],
  params: Record<string, string>,
): Promise<Resource[]> {
  const query = new URLSearchParams({ ...params, _count: '200' });
  const answer = await fetch(`${url}/${type}?${query}`, { headers: { 'cache-control': 'no-cache' } });
  assert.equal(answer.status, 200);
  const { entry = [] } = (await answer.json()) as fhir4.Bundle;
  return entry.map(({ resource }) => resource as Resource);
}

export async function get<Resource extends fhir4.FhirResource>(
  url: string,
  reference: string,
): Promise<Resource> {
  const answer = await fetch(`${url}/${reference}`, { headers: { 'cache-control': 'no-cache' } });
  assert.equal(answer.status, 200, reference);
  return (await answer.json()) as Resource;
}

/** Puts a resource as a human would, who does not care for our conditions. */
export async function humanPut(url: string, resource: fhir4.FhirResource): Promise<void> {
  const { meta: { versionId: _, lastUpdated: __, ...meta } = {}, ...rest } = resource;
  const answer = await fetch(`${url}/${resource.resourceType}/${resource.id}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify({ ...rest, meta }),
  });
  assert.equal(answer.status, 200, await answer.text());
}
