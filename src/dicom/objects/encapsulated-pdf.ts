import type { Dataset } from '../write/dataset.ts';
import { coded, codes } from './codes.ts';
import { notVerified } from './common-modules.ts';
import { madeObject } from './made-object.ts';
import type { MadeObject, ObjectFacts } from './object-facts.ts';
import { instanceReference, sourceInstances } from './source-references.ts';

/** Encapsulated PDF Storage (PS3.4 B.5). */
const encapsulatedPdfStorage = '1.2.840.10008.5.1.4.1.1.104.1';

export interface Pdf {
  readonly bytes: Uint8Array;
  readonly title: string;
  /** BCP 47: the same result in another language is another document. */
  readonly language: string;
}

/** The report as an Encapsulated PDF (PS3.3 A.45.1, C.24). */
export function encapsulatedPdf(facts: ObjectFacts, { bytes, title, language }: Pdf): MadeObject {
  const instance = {
    kind: 'pdf',
    sopClassUid: encapsulatedPdfStorage,
    name: `pdf|${language}`,
    instanceNumber: 1,
  } as const;
  const modules: Dataset = {
    // SC Equipment (C.8.6.1): a workstation made it.
    ConversionType: 'WSD',
    // When its images were acquired is not one moment, and stands in the report.
    AcquisitionDateTime: '',
    // It names the patient.
    BurnedInAnnotation: 'YES',
    SourceInstanceSequence: sourceInstances(facts).map(instanceReference),
    DocumentTitle: `${title}. ${notVerified}.`,
    ConceptNameCodeSequence: [coded(codes.ctChest)],
    VerificationFlag: 'UNVERIFIED',
    MIMETypeOfEncapsulatedDocument: 'application/pdf',
    EncapsulatedDocument: bytes,
    // Without the byte that makes an odd length even.
    EncapsulatedDocumentLength: bytes.length,
  };
  return madeObject(facts, instance, modules);
}
