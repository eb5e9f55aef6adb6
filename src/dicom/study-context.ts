import { AttributeValues, present } from './attribute-values.ts';
import { type AttributeReader, attributes } from './attributes.ts';

/**
 * What a report on paper, and objects that are made from a series, repeat of it (PS3.3 A.35, A.51: patient, study, frame
 * of reference). It names the patient: it goes to the PACS, the EHR and the reader, and never into a log or a metric.
 * Texts are decoded; UIDs are those of the images.
 */
export interface StudyContext {
  /** As DICOM writes it: components divided by `^`, groups by `=` (PS3.5 6.2.1). */
  readonly patientName?: string;
  readonly patientId?: string;
  readonly issuerOfPatientId?: string;
  /** YYYYMMDD. */
  readonly patientBirthDate?: string;
  readonly patientSex?: string;
  /** nnnD, nnnW, nnnM or nnnY. */
  readonly patientAge?: string;
  readonly studyInstanceUid: string;
  readonly studyId?: string;
  /** YYYYMMDD. */
  readonly studyDate?: string;
  /** HH, HHMM or HHMMSS, the last with or without a fraction. */
  readonly studyTime?: string;
  /** Offset of the times from UTC, as +0100. */
  readonly timezoneOffset?: string;
  readonly studyDescription?: string;
  readonly accessionNumber?: string;
  readonly referringPhysicianName?: string;
  readonly seriesInstanceUid: string;
  readonly seriesNumber?: number;
  readonly seriesDescription?: string;
  readonly frameOfReferenceUid?: string;
  readonly positionReferenceIndicator?: string;
  /** 01 where the images were once compressed with loss, what is made of them then was too; 00. */
  readonly lossyImageCompression?: string;
  /** How much, and how, one value a compression. */
  readonly lossyImageCompressionRatio?: readonly number[];
  readonly lossyImageCompressionMethod?: readonly string[];
}

/** Reads it of any instance of the series. Errors: `dicom-invalid` where a UID is none. */
export function readStudyContext(read: AttributeReader): StudyContext {
  const values = new AttributeValues(read);
  return {
    ...present({
      patientName: values.text(attributes.patientName),
      patientId: values.text(attributes.patientId),
      issuerOfPatientId: values.text(attributes.issuerOfPatientId),
      patientBirthDate: values.date(attributes.patientBirthDate),
      patientSex: values.text(attributes.patientSex),
      patientAge: values.text(attributes.patientAge),
      studyId: values.text(attributes.studyId),
      studyDate: values.date(attributes.studyDate),
      studyTime: values.time(attributes.studyTime),
      timezoneOffset: values.text(attributes.timezoneOffset),
      studyDescription: values.text(attributes.studyDescription),
      accessionNumber: values.text(attributes.accessionNumber),
      referringPhysicianName: values.text(attributes.referringPhysicianName),
      seriesNumber: values.number(attributes.seriesNumber),
      seriesDescription: values.text(attributes.seriesDescription),
      frameOfReferenceUid: values.uid(attributes.frameOfReferenceUid),
      positionReferenceIndicator: values.text(attributes.positionReferenceIndicator),
      lossyImageCompression: values.text(attributes.lossyImageCompression),
      lossyImageCompressionRatio: atLeastOne(
        values.numbers(attributes.lossyImageCompressionRatio).filter((ratio) => ratio !== undefined),
      ),
      lossyImageCompressionMethod: atLeastOne(
        values.texts(attributes.lossyImageCompressionMethod).filter((method) => method !== ''),
      ),
    }),
    studyInstanceUid: values.uid(attributes.studyInstanceUid) ?? '',
    seriesInstanceUid: values.uid(attributes.seriesInstanceUid) ?? '',
  };
}

function atLeastOne<T>(values: readonly T[]): readonly T[] | undefined {
  return values.length > 0 ? values : undefined;
}
