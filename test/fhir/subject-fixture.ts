import assert from 'node:assert/strict';
import type { EhrConfig } from '../../src/config-schema.ts';
import type { LobarError } from '../../src/errors.ts';
import type { Asked } from '../../src/fhir/asked.ts';
import type { ReportFacts } from '../../src/fhir/report-facts.ts';
import { type ResolvedSubject, resolveSubject } from '../../src/fhir/resolve-subject.ts';
import {
  type Answer,
  canaries,
  canaryPatient,
  json,
  openTestEhr,
  outcome,
  patientSystem,
  rawServer,
  searchset,
} from './ehr-fixture.ts';
import { exampleFacts } from './facts.ts';

export const accessionSystem = 'urn:oid:2.16.840.1.113883.19.6';
export const patientReference = `Patient/${canaryPatient.id}`;

/** Another patient, of whom likewise no text may turn up in an error. */
export const otherPatient: fhir4.Patient = {
  resourceType: 'Patient',
  id: 'p-other-id',
  identifier: [{ system: patientSystem, value: 'MRN-99' }],
  name: [{ family: 'Otherfamily' }],
  birthDate: '1971-03-04',
};

/** The order of exampleFacts, with an accession number in the system and a study. */
export const canaryOrder: fhir4.ServiceRequest & { id: string } = {
  resourceType: 'ServiceRequest',
  id: 'order-canary-id',
  status: 'active',
  intent: 'order',
  subject: { reference: patientReference },
  identifier: [
    { system: 'urn:placer', value: 'PLACER-7' },
    {
      type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'ACSN' }] },
      system: accessionSystem,
      value: 'ACC-1',
    },
    { system: 'urn:dicom:uid', value: `urn:oid:${exampleFacts.study.uid}` },
  ],
};

export const canaryStudy: fhir4.ImagingStudy & { id: string } = {
  resourceType: 'ImagingStudy',
  id: 'study-canary-id',
  status: 'available',
  subject: { reference: patientReference },
  identifier: [{ system: 'urn:dicom:uid', value: `urn:oid:${exampleFacts.study.uid}` }],
};

const allCanaries = [
  ...canaries,
  'MRN-99',
  'p-other-id',
  'Otherfamily',
  '1971-03-04',
  '19500102',
  'order-canary-id',
  'study-canary-id',
  'PLACER-7',
  'ACC-2',
];

export interface Held {
  /** What the search for Patient finds; the canary patient if left out. */
  readonly patients?: readonly fhir4.Patient[];
  /** What the search for ServiceRequest finds; the server says so many if `total` is given. */
  readonly orders?: readonly fhir4.ServiceRequest[];
  readonly studies?: readonly fhir4.ImagingStudy[];
  readonly total?: number;
  /** What can be read by `Type/id`. */
  readonly readable?: readonly fhir4.FhirResource[];
}

export interface Resolution {
  readonly subject: ResolvedSubject;
  readonly error: LobarError;
  /** Path and query of every request, decoded, in order. */
  readonly asked: readonly string[];
}

/**
 * Resolves the subject of exampleFacts against an EHR that holds what is given. Whatever it fails with, no
 * canary is in it.
 */
export async function resolve(
  held: Held,
  more: {
    readonly study?: Partial<ReportFacts['study']>;
    readonly config?: Partial<EhrConfig>;
    readonly asked?: Asked;
  } = {},
): Promise<Resolution> {
  const { patients = [canaryPatient], readable = [] } = held;
  const others: Answer = (request, response, body) => {
    const path = (request.url ?? '').replace('/fhir/', '');
    const found = path.startsWith('ServiceRequest?')
      ? held.orders
      : path.startsWith('ImagingStudy?')
        ? held.studies
        : undefined;
    const read = readable.find((one) => `${one.resourceType}/${one.id}` === path);
    const answer =
      found !== undefined
        ? json(200, { ...searchset(found), total: held.total ?? found.length })
        : read === undefined
          ? json(404, outcome('not there'))
          : json(200, read);
    answer(request, response, body);
  };
  await using server = await rawServer({ patient: json(200, searchset(patients)), other: others });
  const { ehr } = openTestEhr(server.url, { accessionSystem, ...more.config });
  const study = { ...exampleFacts.study, ...more.study };
  const { signal } = new AbortController();
  const result = await resolveSubject(ehr, study, { signal }, more.asked).then(
    (subject) => ({ subject }),
    (error: LobarError) => {
      const said = `${error.message} ${JSON.stringify(error.details)}`;
      for (const canary of allCanaries) assert.ok(!said.includes(canary), `${canary} in: ${said}`);
      return { error };
    },
  );
  await ehr.close();
  const asked = server.requests.map(({ url }) => decodeURIComponent(url).replace('/fhir/', ''));
  return { ...result, asked } as unknown as Resolution;
}
