import { type Code, codes, coding } from '../codes.ts';
import { isPlainText } from '../plain-text.ts';
import type { ReportContext } from '../report-context.ts';

export function subject({ subject: patient }: ReportContext): { subject?: fhir4.Reference } {
  return patient === undefined ? {} : { subject: patient };
}

/** The DICOM study by its UID, and the ImagingStudy that the EHR holds of it, where that was looked up. */
export function studyReference({ facts, held: { imagingStudy } }: ReportContext): fhir4.Reference {
  return {
    ...(imagingStudy === undefined ? {} : { reference: imagingStudy }),
    type: 'ImagingStudy',
    identifier: dicomUid(facts.study.uid, codes.studyInstanceUid),
  };
}

/** A DICOM UID as FHIR R4 writes it (ImagingStudy.identifier, "urn:dicom:uid"). */
export function dicomUid(uid: string, type: Code): fhir4.Identifier {
  return { type: { coding: [coding(type)] }, system: 'urn:dicom:uid', value: `urn:oid:${uid}` };
}

/**
 * The order by its accession number, and as the EHR holds it, where it was looked up; nothing without either. A
 * number with characters that FHIR forbids is none.
 */
export function orderReference({ facts, ehr, held }: ReportContext): { basedOn?: fhir4.Reference[] } {
  const { accession } = facts.study;
  const byReference = held.order === undefined ? {} : { reference: held.order };
  if (!isPlainText(accession)) {
    return held.order === undefined ? {} : { basedOn: [{ ...byReference, type: 'ServiceRequest' }] };
  }
  const identifier: fhir4.Identifier = {
    type: { coding: [coding(codes.accession)] },
    ...(ehr.accessionSystem === undefined ? {} : { system: ehr.accessionSystem }),
    value: accession,
  };
  return { basedOn: [{ ...byReference, type: 'ServiceRequest', identifier }] };
}

export function effective({ facts }: ReportContext): { effectiveDateTime?: string } {
  const { acquiredAt } = facts.study;
  return acquiredAt === undefined ? {} : { effectiveDateTime: acquiredAt };
}

/** The label that says software asserted this; a site may switch it off. */
export function aiLabel({ ehr }: ReportContext): { meta?: fhir4.Meta } {
  return ehr.aiLabel ? { meta: { security: [coding(codes.aiAsserted)] } } : {};
}
