import { type Code, codes, coding } from '../codes.ts';
import type { Identifier } from '../connection/open-fhir-connection.ts';
import { dicomUid } from '../resources/references.ts';
import { auditCodes } from './audit-codes.ts';
import type { AuditEntry, AuditedReport } from './audit-entry.ts';

/** What it was about. BALP allows one entity of type System Object: report or query where there is one, else the study. */
export function auditEntities(entry: AuditEntry): fhir4.AuditEventEntity[] {
  const report = entry.what === 'publish' ? entry.report : undefined;
  const isOfOther = report !== undefined || entry.what === 'study-query';
  return [
    ...patientEntity(entry.patient),
    ...(report === undefined ? [] : [reportEntity(report)]),
    ...(entry.what === 'study-query' ? [queryEntity(entry.query)] : []),
    ...studyEntity(entry, isOfOther ? auditCodes.imagingStudy : auditCodes.systemObject),
    { what: { identifier: { value: entry.requestId } }, type: coding(auditCodes.requestId) },
  ];
}

function patientEntity(patient: Identifier | undefined): fhir4.AuditEventEntity[] {
  if (patient === undefined) return [];
  const { system, value } = patient;
  const identifier = { ...(system === undefined ? {} : { system }), value };
  const what = { type: 'Patient', identifier };
  return [{ what, type: coding(auditCodes.person), role: coding(auditCodes.patient) }];
}

function reportEntity({ reference, run }: AuditedReport): fhir4.AuditEventEntity {
  const { system, value } = run;
  return {
    what: {
      type: reference.slice(0, reference.indexOf('/')),
      identifier: { ...(system === undefined ? {} : { system }), value },
    },
    type: coding(auditCodes.systemObject),
    role: coding(auditCodes.report),
    name: reference,
  };
}

/** FHIR R4 AuditEvent.entity.query: base64, so that it is kept as it was asked, whatever it holds. */
function queryEntity(query: string): fhir4.AuditEventEntity {
  return {
    type: coding(auditCodes.systemObject),
    role: coding(auditCodes.query),
    query: Buffer.from(query).toString('base64'),
  };
}

/** The role of a study is Report in DICOM's own audit messages (PS3.15 table A.5.3.6-1). */
function studyEntity(entry: AuditEntry, type: Code): fhir4.AuditEventEntity[] {
  const { studyUid } = entry;
  if (studyUid === undefined) return [];
  const what = { type: 'ImagingStudy', identifier: dicomUid(studyUid, codes.studyInstanceUid) };
  const sent = entry.what === 'objects-stored' ? [...entry.sent] : [];
  // As PS3.15 A.5.3.7 describes a study that was transferred: SOPClass, with NumberOfInstances.
  const detail = sent.map(([sopClass, count]) => ({
    type: `NumberOfInstances of SOPClass ${sopClass}`,
    valueString: String(count),
  }));
  const described = detail.length === 0 ? {} : { detail };
  return [{ what, type: coding(type), role: coding(auditCodes.report), ...described }];
}
