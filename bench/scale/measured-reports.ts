import { join } from 'node:path';
import { request } from 'undici';
import { openSandboxEhr } from '../../src/sandbox/ehr/open-sandbox-ehr.ts';
import { openSandboxPacs } from '../../src/sandbox/pacs/open-sandbox-pacs.ts';
import { openHapi } from '../../test/support/hapi/open-hapi.ts';
import { type PhantomStudy, writePhantomStudy } from '../../test/support/phantom-study.ts';
import { samplesOf } from '../../test/support/prometheus/exposition.ts';
import { analyse, ask, type ServedLobar, serveLobar } from '../../test/support/serve-lobar.ts';
import { spreadOf } from '../statistics.ts';
import type { MeasuredReports } from './service-times.ts';

const patientSystem = 'https://lobar.example.org/sandbox/patient-id';

/**
 * Publishes the reports of some small studies, each of another patient and for the first time, one after another:
 * how long that takes, and how much goes over the line.
 *
 * @param hapi - to a HAPI FHIR JPA server; else to the embedded EHR
 */
export async function measureReports(
  folder: string,
  { hapi, reports }: { readonly hapi: boolean; readonly reports: number },
): Promise<MeasuredReports> {
  const studies: PhantomStudy['study'][] = [];
  for (let seed = 1; seed <= reports; seed += 1) {
    const written = await writePhantomStudy(join(folder, 'pacs'), { seed });
    studies.push(written.study);
  }
  const patients = studies.map(({ patient }) => ({
    resourceType: 'Patient' as const,
    identifier: [{ system: patientSystem, value: patient.id }],
  }));
  const pacs = await openSandboxPacs({ folder: join(folder, 'pacs') });
  const ehr = hapi ? await openHapi() : await openSandboxEhr({ patients });
  if (hapi) for (const patient of patients) await create(ehr.url, patient);
  const service = await serveLobar(join(folder, 'lobar.json'), {
    pacs: { main: { url: pacs.url } },
    ehr: { main: { url: ehr.url, patientIdentifierSystem: patientSystem } },
    metrics: { port: 0 },
  });
  try {
    return { ehr: hapi ? 'HAPI FHIR JPA' : 'embedded', ...(await publishAll(service, studies)) };
  } finally {
    await service.stop();
    await ehr.close();
    await pacs.close();
  }
}

async function publishAll(
  service: ServedLobar,
  studies: readonly PhantomStudy['study'][],
): Promise<Omit<MeasuredReports, 'ehr'>> {
  const uids = studies.map(({ studyInstanceUid }) => studyInstanceUid);
  const [first = '', ...rest] = uids;
  const { text } = await ask(service.url, { study: first, ehr: 'main', publish: 'dry-run' });
  const { bundle } = JSON.parse(text) as { bundle: fhir4.Bundle };
  // What the server can do is asked once, with the first one.
  const analysis = await analyse(service.url, first, 'main');
  const before = await requestsTo(service);
  const publishMs: number[] = [];
  for (const uid of rest)
    publishMs.push((await analyse(service.url, uid, 'main')).timingsMs['publish'] ?? Number.NaN);
  return {
    reports: rest.length,
    publishSeconds: Number((spreadOf(publishMs).median / 1000).toPrecision(3)),
    requestsPerReport: ((await requestsTo(service)) - before) / rest.length,
    resourcesPerReport: bundle.entry?.length ?? 0,
    bundleBytes: Buffer.byteLength(JSON.stringify(bundle)),
    analysisBytes: Buffer.byteLength(JSON.stringify(analysis)),
  };
}

async function requestsTo({ metricsUrl = '' }: ServedLobar): Promise<number> {
  const samples = samplesOf(await (await fetch(metricsUrl)).text());
  return [...samples]
    .filter(
      ([key]) => key.startsWith('lobar_upstream_duration_seconds_count') && key.includes('system="ehr"'),
    )
    .reduce((sum, [, count]) => sum + count, 0);
}

async function create(ehrUrl: string, patient: fhir4.Patient): Promise<void> {
  const { statusCode, body } = await request(`${ehrUrl}/Patient`, {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify(patient),
  });
  const text = await body.text();
  if (statusCode !== 201) throw new Error(`The EHR did not take a patient: ${statusCode} ${text}`);
}
