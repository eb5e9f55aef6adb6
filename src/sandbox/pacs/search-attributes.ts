/** The attributes of QIDO-RS (PS3.18 Tables 10.6.1-5 and 10.6.3-3 to 10.6.3-5). */
export type Level = 'study' | 'series' | 'instance';

/** Returned for each level where the dataset has them. */
export const returnedAttributes: Readonly<Record<Level, readonly string[]>> = {
  study: [
    '00080005', // SpecificCharacterSet
    '00080020', // StudyDate
    '00080030', // StudyTime
    '00080050', // AccessionNumber
    '00080090', // ReferringPhysicianName
    '00080201', // TimezoneOffsetFromUTC
    '00081030', // StudyDescription
    '00100010', // PatientName
    '00100020', // PatientID
    '00100021', // IssuerOfPatientID
    '00100030', // PatientBirthDate
    '00100040', // PatientSex
    '0020000D', // StudyInstanceUID
    '00200010', // StudyID
  ],
  series: [
    '00080060', // Modality
    '0008103E', // SeriesDescription
    '00180015', // BodyPartExamined
    '0020000E', // SeriesInstanceUID
    '00200011', // SeriesNumber
    '00400244', // PerformedProcedureStepStartDate
    '00400245', // PerformedProcedureStepStartTime
    '00400275', // RequestAttributesSequence
  ],
  instance: [
    '00080016', // SOPClassUID
    '00080018', // SOPInstanceUID
    '00200013', // InstanceNumber
    '00280008', // NumberOfFrames
    '00280010', // Rows
    '00280011', // Columns
    '00280100', // BitsAllocated
  ],
};

export const searchAttributes: ReadonlySet<string> = new Set(Object.values(returnedAttributes).flat());

/** Keywords (PS3.6) by which a query may match, at the level where the attribute stands. */
export const matchKeywords: Readonly<Record<string, { readonly tag: string; readonly level: Level }>> = {
  StudyDate: { tag: '00080020', level: 'study' },
  StudyTime: { tag: '00080030', level: 'study' },
  AccessionNumber: { tag: '00080050', level: 'study' },
  ModalitiesInStudy: { tag: '00080061', level: 'study' },
  ReferringPhysicianName: { tag: '00080090', level: 'study' },
  StudyDescription: { tag: '00081030', level: 'study' },
  PatientName: { tag: '00100010', level: 'study' },
  PatientID: { tag: '00100020', level: 'study' },
  IssuerOfPatientID: { tag: '00100021', level: 'study' },
  PatientBirthDate: { tag: '00100030', level: 'study' },
  StudyInstanceUID: { tag: '0020000D', level: 'study' },
  StudyID: { tag: '00200010', level: 'study' },
  Modality: { tag: '00080060', level: 'series' },
  SeriesDescription: { tag: '0008103E', level: 'series' },
  BodyPartExamined: { tag: '00180015', level: 'series' },
  SeriesInstanceUID: { tag: '0020000E', level: 'series' },
  SeriesNumber: { tag: '00200011', level: 'series' },
  SOPClassUID: { tag: '00080016', level: 'instance' },
  SOPInstanceUID: { tag: '00080018', level: 'instance' },
  InstanceNumber: { tag: '00200013', level: 'instance' },
};
