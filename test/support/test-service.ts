import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkConfig } from '../../src/config.ts';
import { openService, type Service } from '../../src/http/open-service.ts';
import { openSandboxEhr } from '../../src/sandbox/ehr/open-sandbox-ehr.ts';
import { openSandboxPacs } from '../../src/sandbox/pacs/open-sandbox-pacs.ts';
import { createLogger, type Logger } from '../../src/telemetry/log.ts';
import { type PhantomStudy, type PhantomStudyOptions, writePhantomStudy } from './phantom-study.ts';

export const patientSystem = 'urn:oid:1.2.3.4';

export function patient(value: string): fhir4.Patient {
  return { resourceType: 'Patient', identifier: [{ system: patientSystem, value }] };
}

export interface TestService {
  readonly service: Service;
  readonly pacsUrl: string;
  readonly ehrUrl: string;
  /** The eligible study that the PACS always holds. */
  readonly study: PhantomStudy;
  /** The further ones that were asked for. */
  readonly studies: readonly PhantomStudy[];
  close(): Promise<void>;
}

/** The real service against the embedded PACS and EHR, with more endpoints where a test brings them. */
export async function openTestService(
  options: {
    readonly studies?: readonly PhantomStudyOptions[];
    readonly patients?: readonly fhir4.Patient[];
    readonly pacs?: Record<string, object>;
    /** What the embedded PACS is to hold of each report. */
    readonly store?: readonly string[];
    readonly ehr?: Record<string, object>;
    readonly limits?: object;
    readonly audit?: object;
    /** Further sections of the configuration. */
    readonly more?: object;
    readonly logger?: Logger;
  } = {},
): Promise<TestService> {
  const folder = await mkdtemp(join(tmpdir(), 'lobar-http-'));
  const study = await writePhantomStudy(join(folder, 'study'), {});
  const studies: PhantomStudy[] = [];
  for (const [index, one] of (options.studies ?? []).entries()) {
    studies.push(await writePhantomStudy(join(folder, `more-${index}`), { seed: index + 2, ...one }));
  }
  const pacs = await openSandboxPacs({ folder });
  const ehr = await openSandboxEhr({ patients: options.patients ?? [patient(study.study.patient.id)] });
  const config = checkConfig({
    http: { port: 0 },
    pacs: { main: { url: pacs.url, store: options.store ?? [] }, ...options.pacs },
    ehr: { main: { url: ehr.url, patientIdentifierSystem: patientSystem }, ...options.ehr },
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(options.audit === undefined ? {} : { audit: options.audit }),
    ...options.more,
  });
  const service = await openService(config, options.logger ?? createLogger('silent'));
  return {
    service,
    pacsUrl: pacs.url,
    ehrUrl: ehr.url,
    study,
    studies,
    async close() {
      await service.close();
      await Promise.all([pacs.close(), ehr.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function storePatient(ehrUrl: string, resource: fhir4.Patient): Promise<void> {
  const answer = await fetch(`${ehrUrl}/Patient`, {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify(resource),
  });
  const text = await answer.text();
  if (answer.status !== 201) throw new Error(`${answer.status} ${text}`);
}

/**
 * All resources of a type in an EHR, past its cache.
 *
 * @param study - only those that name this StudyInstanceUID
 */
export async function resourcesOf<Resource extends fhir4.FhirResource>(
  ehrUrl: string,
  type: Resource['resourceType'],
  study?: string,
): Promise<Resource[]> {
  const found: Resource[] = [];
  let page: string | undefined = `${ehrUrl}/${type}?_count=200`;
  while (page !== undefined) {
    const answer = await fetch(page, { headers: { 'cache-control': 'no-cache' } });
    const { entry = [], link } = (await answer.json()) as fhir4.Bundle;
    found.push(...entry.map(({ resource }) => resource as Resource));
    page = link?.find(({ relation }) => relation === 'next')?.url;
  }
  return study === undefined
    ? found
    : found.filter((one) => JSON.stringify(one).includes(`urn:oid:${study}`));
}

/** The observations of single lobes. */
export function lobesOf(observations: readonly fhir4.Observation[]): fhir4.Observation[] {
  return observations.filter(({ component }) =>
    component?.some(({ code }) => code.coding?.some((one) => one.code === 'lobe-score')),
  );
}
