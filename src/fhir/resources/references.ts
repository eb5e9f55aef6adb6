import { type Code, codes, coding } from '../codes.ts';
import type { ReportContext } from '../report-context.ts';

export function subject({ subject: patient }: ReportContext): { subject?: fhir4.Reference } {
  return patient === undefined ? {} : { subject: patient };
}

/** The DICOM study by its UID: a logical reference, as the EHR may hold no ImagingStudy of it. */
export function studyReference({ facts }: ReportContext): fhir4.Reference {
  return { type: 'ImagingStudy', identifier: dicomUid(facts.study.uid, codes.studyInstanceUid) };
}

/** A DICOM UID as FHIR R4 writes it (ImagingStudy.identifier, "urn:dicom:uid"). */
export function dicomUid(uid: string, type: Code): fhir4.Identifier {
  return { type: { coding: [coding(type)] }, system: 'urn:dicom:uid', value: `urn:oid:${uid}` };
}

/** The order by its accession number; nothing when there is none. */
export function orderReference({ facts, ehr }: ReportContext): { basedOn?: fhir4.Reference[] } {
  const { accession } = facts.study;
  if (accession === undefined || accession === '') {
    return {};
  }
  const identifier: fhir4.Identifier = {
    type: { coding: [coding(codes.accession)] },
    ...(ehr.accessionSystem === undefined ? {} : { system: ehr.accessionSystem }),
    value: accession,
  };
  return { basedOn: [{ type: 'ServiceRequest', identifier }] };
}

export function effective({ facts }: ReportContext): { effectiveDateTime?: string } {
  const { acquiredAt } = facts.study;
  return acquiredAt === undefined ? {} : { effectiveDateTime: acquiredAt };
}

/** The label that says software asserted this; a site may switch it off. */
export function aiLabel({ ehr }: ReportContext): { meta?: fhir4.Meta } {
  return ehr.aiLabel ? { meta: { security: [coding(codes.aiAsserted)] } } : {};
}
