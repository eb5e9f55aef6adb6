import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LobarError } from '../../../src/errors.ts';
import type { AuditEntry } from '../../../src/fhir/audit/audit-entry.ts';
import { auditEvent } from '../../../src/fhir/audit/audit-event.ts';
import { problemsOf } from '../validators.ts';
import { objectsStored, observer, publish, refused, studyQuery, studyRead } from './audit-fixture.ts';

const at = new Date('2026-11-23T04:10:00.5Z');
const event = (entry: AuditEntry) => auditEvent(entry, { observer, at, claimProfile: true });
const upload: AuditEntry = { ...studyRead, pacs: undefined };
const replaced: AuditEntry = {
  ...publish,
  report: publish.report && { ...publish.report, written: 'replaced' },
};
const found: AuditEntry = { ...publish, report: publish.report && { ...publish.report, written: 'found' } };
const notStored: AuditEntry = {
  ...objectsStored,
  failure: new LobarError('store-refused', { pacs: 'main', objects: ['sr (it gave no reason)'] }),
};
const unknownStudy: AuditEntry = {
  ...studyRead,
  patient: undefined,
  caller: undefined,
  failure: new LobarError('pacs-unreachable', { pacs: 'main', problem: 'connection refused (ECONNREFUSED)' }),
};

// Written from input/fsh/PatientRead.fsh and PatientCreate.fsh of IHE/ITI.BasicAudit (BALP 1.1.3) and its
// example ex-auditBasicReadClient; the study from DICOM PS3.15 table A.5.3.6-1: System Object, role Report.
const dcm = 'http://dicom.nema.org/resources/ontology/DCM';
const tho = 'http://terminology.hl7.org/CodeSystem';

it('names a document that stands alone for a report as what it is', () => {
  const report = publish.report && { ...publish.report, reference: 'DocumentReference/d1' };
  const { entity = [] } = event({ ...publish, report });
  const named = entity.filter(({ name }) => name === 'DocumentReference/d1');
  assert.deepEqual(
    named.map(({ what }) => what?.type),
    ['DocumentReference'],
  );
});

describe('The AuditEvent of a study that was read', () => {
  it('is the PatientRead of IHE BALP: Lobar the destination, the PACS the source', () => {
    assert.deepEqual(event(studyRead), {
      resourceType: 'AuditEvent',
      meta: {
        profile: ['https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PatientRead'],
      },
      type: { system: `${tho}/audit-event-type`, code: 'rest', display: 'RESTful Operation' },
      subtype: [{ system: 'http://hl7.org/fhir/restful-interaction', code: 'read', display: 'read' }],
      action: 'R',
      recorded: '2026-11-23T04:10:00.500Z',
      outcome: '0',
      agent: [
        {
          type: { coding: [{ system: dcm, code: '110153', display: 'Source Role ID' }] },
          who: { type: 'Device', display: 'PACS main' },
          requestor: false,
          network: { address: 'https://pacs.example.org:8042/dicom-web', type: '5' },
        },
        {
          type: { coding: [{ system: dcm, code: '110152', display: 'Destination Role ID' }] },
          who: { type: 'Device', display: 'Lobar 0.1.0' },
          requestor: false,
          network: { address: 'lobar-1', type: '1' },
        },
        {
          type: { coding: [{ system: dcm, code: '110150', display: 'Application' }] },
          who: { type: 'Device', display: 'Caller of the Lobar API' },
          requestor: true,
          network: { address: '192.0.2.7', type: '2' },
        },
      ],
      source: {
        site: 'Lobar, ward 3',
        observer: { type: 'Device', display: 'Lobar 0.1.0' },
        type: [{ system: `${tho}/security-source-type`, code: '4', display: 'Application Server' }],
      },
      entity: [
        {
          what: {
            type: 'Patient',
            identifier: { system: 'urn:oid:2.16.840.1.113883.19.5', value: 'MRN-42' },
          },
          type: { system: `${tho}/audit-entity-type`, code: '1', display: 'Person' },
          role: { system: `${tho}/object-role`, code: '1', display: 'Patient' },
        },
        {
          what: {
            type: 'ImagingStudy',
            identifier: {
              type: { coding: [{ system: dcm, code: '110180', display: 'Study Instance UID' }] },
              system: 'urn:dicom:uid',
              value: 'urn:oid:1.2.826.0.1.3680043.8.498.1',
            },
          },
          type: { system: `${tho}/audit-entity-type`, code: '2', display: 'System Object' },
          role: { system: `${tho}/object-role`, code: '3', display: 'Report' },
        },
        {
          what: { identifier: { value: '76d148b6-586d-11ec-bf63-0242ac130002' } },
          type: {
            system: 'https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType',
            code: 'XrequestId',
            display: 'transport specific unique identifier where http X-Request-Id is used',
          },
        },
      ],
    });
  });

  it('of an upload has the caller for its source, and claims no profile: nothing was asked of a server', () => {
    const { agent, meta } = event(upload);
    assert.equal(meta, undefined);
    assert.deepEqual(
      agent.map(({ type, who, requestor }) => [type?.coding?.[0]?.code, who?.display, requestor]),
      [
        ['110153', 'Caller of the Lobar API', true],
        ['110152', 'Lobar 0.1.0', false],
      ],
    );
  });

  it('that failed says how badly, with a code and its sentence, and claims no profile', () => {
    const { outcome, outcomeDesc, meta, agent } = event(unknownStudy);
    // FHIR R4 audit-event-outcome: 8 is "often equivalent to an HTTP 500 response".
    assert.equal(outcome, '8');
    assert.match(outcomeDesc ?? '', /^pacs-unreachable: PACS 'main' cannot be reached/);
    assert.equal(meta, undefined);
    // Without a known caller Lobar itself is the requestor.
    assert.deepEqual(
      agent.map(({ requestor }) => requestor),
      [false, true],
    );
  });
});

// Written from input/fsh/PatientQuery.fsh of IHE/ITI.BasicAudit.
describe('The AuditEvent of a look for studies', () => {
  it('is the PatientQuery of IHE BALP: Lobar the source of the query, the PACS its destination', () => {
    const { meta, subtype, action, outcome, agent, entity = [] } = event(studyQuery);
    assert.deepEqual(meta?.profile, [
      'https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PatientQuery',
    ]);
    assert.deepEqual([subtype?.[0]?.code, action, outcome], ['search', 'E', '0']);
    assert.deepEqual(
      agent.map(({ type, who, network }) => [type?.coding?.[0]?.code, who?.display, network?.address]),
      [
        ['110153', 'Lobar 0.1.0', 'lobar-1'],
        ['110152', 'PACS main', 'https://pacs.example.org:8042/dicom-web'],
        ['110150', 'Caller of the Lobar API', '192.0.2.7'],
      ],
    );
    const [patient, query] = entity;
    assert.equal(patient?.what?.identifier?.value, 'MRN-42');
    assert.deepEqual(query, {
      type: { system: `${tho}/audit-entity-type`, code: '2', display: 'System Object' },
      role: { system: `${tho}/object-role`, code: '24', display: 'Query' },
      // By `printf %s 'studies?PatientID=MRN-42&ModalitiesInStudy=CT' | base64`.
      query: 'c3R1ZGllcz9QYXRpZW50SUQ9TVJOLTQyJk1vZGFsaXRpZXNJblN0dWR5PUNU',
    });
  });

  it('of days alone names nobody, and claims no profile', () => {
    const { meta, entity = [] } = event({ ...studyQuery, patient: undefined });
    assert.equal(meta, undefined);
    assert.deepEqual(
      entity.map(({ type }) => type?.code),
      ['2', 'XrequestId'],
    );
  });
});

// DICOM PS3.15 A.5.3.7: 110104, action C; source and destination; the study with its SOP classes, and the patient.
describe('The AuditEvent of objects that were stored into a PACS', () => {
  it('is the PatientCreate of IHE BALP and DICOM Instances Transferred: Lobar the source, the PACS the destination', () => {
    const { meta, subtype, action, outcome, agent, entity = [] } = event(objectsStored);
    assert.deepEqual(meta?.profile, [
      'https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PatientCreate',
    ]);
    assert.deepEqual(
      subtype?.map(({ code }) => code),
      ['create', '110104'],
    );
    assert.deepEqual([action, outcome], ['C', '0']);
    assert.deepEqual(
      agent.map(({ type, who, network }) => [type?.coding?.[0]?.code, who?.display, network?.address]),
      [
        ['110153', 'Lobar 0.1.0', 'lobar-1'],
        ['110152', 'PACS main', 'https://pacs.example.org:8042/dicom-web'],
        ['110150', 'Caller of the Lobar API', '192.0.2.7'],
      ],
    );
    const [patient, study] = entity;
    assert.equal(patient?.what?.identifier?.value, 'MRN-42');
    assert.equal(study?.what?.identifier?.value, 'urn:oid:1.2.826.0.1.3680043.8.498.1');
    assert.deepEqual(
      study?.detail?.map(({ type, valueString }) => [type, valueString]),
      [
        ['NumberOfInstances of SOPClass 1.2.840.10008.5.1.4.1.1.66.4', '1'],
        ['NumberOfInstances of SOPClass 1.2.840.10008.5.1.4.1.1.7', '9'],
      ],
    );
  });

  it('in vain says why, and claims no profile', () => {
    const { meta, outcome, outcomeDesc, subtype } = event(notStored);
    // store-refused is HTTP 502.
    assert.deepEqual([meta, outcome, subtype?.length], [undefined, '8', 2]);
    assert.match(outcomeDesc ?? '', /^store-refused: PACS 'main' did not store/);
  });
});

describe('The AuditEvent of a report that was published', () => {
  it('is the PatientCreate of IHE BALP: Lobar the source, the EHR the destination, the report its data', () => {
    const { meta, subtype, action, outcome, agent, entity = [] } = event(publish);
    assert.deepEqual(meta?.profile, [
      'https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PatientCreate',
    ]);
    assert.deepEqual([subtype?.[0]?.code, action, outcome], ['create', 'C', '0']);
    assert.deepEqual(
      agent.map(({ type, who, network }) => [type?.coding?.[0]?.code, who?.display, network?.address]),
      [
        ['110153', 'Lobar 0.1.0', 'lobar-1'],
        ['110152', 'EHR main', 'https://ehr.example.org/fhir'],
        ['110150', 'Caller of the Lobar API', '192.0.2.7'],
      ],
    );
    assert.deepEqual(
      entity.map(({ what, type, name }) => [what?.type, type?.code, what?.identifier?.value, name]),
      [
        ['Patient', '1', 'MRN-42', undefined],
        [
          'DiagnosticReport',
          '2',
          '394c994e-fcef-54b3-9173-553a942b4ddb',
          'DiagnosticReport/1c4df8b7-0475-5a47-9296-26def68b501f',
        ],
        ['ImagingStudy', 'ImagingStudy', 'urn:oid:1.2.826.0.1.3680043.8.498.1', undefined],
        [undefined, 'XrequestId', '76d148b6-586d-11ec-bf63-0242ac130002', undefined],
      ],
    );
  });

  it('in the place of an earlier one is a PatientUpdate', () => {
    const { meta, subtype, action } = event(replaced);
    assert.match(meta?.profile?.[0] ?? '', /IHE\.BasicAudit\.PatientUpdate$/);
    assert.deepEqual([subtype?.[0]?.code, action], ['update', 'U']);
  });

  it('that was there already is a success that says so, and claims no profile', () => {
    const { meta, action, outcome, outcomeDesc } = event(found);
    assert.deepEqual([meta, action, outcome], [undefined, 'U', '0']);
    assert.match(outcomeDesc ?? '', /^already-published: /);
  });

  it('that was refused is a minor failure with the code of the refusal, and has the study for its data', () => {
    const { meta, outcome, outcomeDesc, entity = [] } = event(refused);
    // FHIR R4 audit-event-outcome: 4 is "often equivalent to an HTTP 400 response".
    assert.deepEqual([meta, outcome], [undefined, '4']);
    assert.match(outcomeDesc ?? '', /^patient-mismatch: /);
    const data = entity.filter(({ type }) => type?.code === '2');
    assert.deepEqual(
      data.map(({ what }) => what?.type),
      ['ImagingStudy'],
    );
  });
});

describe('The caller in an AuditEvent', () => {
  const asker = (caller: AuditEntry['caller']) =>
    event({ ...studyRead, caller }).agent.find(({ requestor }) => requestor);

  it('is the client of a token, in the words of its issuer, and the user whom it acts for (BALP 1.1.3)', () => {
    const system = 'https://login.example.org';
    const found = asker({ address: '192.0.2.7', identity: { system, value: 'ehr-1', user: 'user-7' } });
    assert.deepEqual([found?.who?.identifier, found?.altId], [{ system, value: 'ehr-1' }, 'user-7']);
  });

  it('is the subject of a certificate, which no system numbers', () => {
    const found = asker({ address: '192.0.2.7', identity: { value: 'CN=ehr.example.org' } });
    assert.deepEqual([found?.who?.identifier, found?.altId], [{ value: 'CN=ehr.example.org' }, undefined]);
  });
});

describe('Every AuditEvent', () => {
  const ofStudy = { ...studyQuery, studyUid: '1.2.3', query: 'studies/1.2.3/series' };
  const stores = { objectsStored, notStored };
  const queries = { studyQuery, ofStudy };
  const entries = {
    ...stores,
    ...queries,
    studyRead,
    upload,
    unknownStudy,
    publish,
    replaced,
    found,
    refused,
  };
  for (const [name, entry] of Object.entries(entries)) {
    it(`${name}: two validators have nothing to say, one agent asked, at most one entity is data`, () => {
      const audited = event(entry);
      assert.deepEqual(
        problemsOf({ resourceType: 'Bundle', type: 'collection', entry: [{ resource: audited }] }),
        [],
      );
      const { meta, ...rest } = audited;
      assert.deepEqual(
        auditEvent(entry, { observer, at, claimProfile: false }),
        rest,
        'the same without a claim',
      );
      assert.equal(audited.agent.filter(({ requestor }) => requestor).length, 1);
      assert.ok((audited.entity ?? []).filter(({ type }) => type?.code === '2').length <= 1);
    });
  }
});
