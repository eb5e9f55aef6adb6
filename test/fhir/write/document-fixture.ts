import assert from 'node:assert/strict';
import type { EhrConfig } from '../../../src/config-schema.ts';
import type { ReportFacts } from '../../../src/fhir/report-facts.ts';
import { fhirBase } from '../ehr-fixture.ts';
import type { NarrowedEhr } from './narrowed-ehr.ts';
import { openClient, pdf, search } from './write-mode-fixture.ts';

export const present = async () => [pdf];

/** A client whose reports come with a PDF. */
export function client(url: string, config: Partial<EhrConfig> = {}) {
  return openClient(url, { presentedForm: ['pdf'], ...config }, { present });
}

/** All that an EHR holds under the identifier of a report's document, newest version of each. */
export async function documentsOf(url: string, { study, algorithm }: ReportFacts) {
  return await search<fhir4.DocumentReference>(url, 'DocumentReference', {
    identifier: `${fhirBase}/ai-document|${study.uid}/${algorithm.id}`,
  });
}

export async function currentOf(url: string, facts: ReportFacts): Promise<fhir4.DocumentReference> {
  const current = (await documentsOf(url, facts)).filter(({ status }) => status === 'current');
  assert.equal(current.length, 1, 'one current document');
  return current[0] as fhir4.DocumentReference;
}

export const reference = ({ id }: fhir4.DocumentReference) => `DocumentReference/${id}`;
export const writes = ({ requests }: NarrowedEhr, since = 0) =>
  requests.slice(since).filter(({ method }) => method !== 'GET');
