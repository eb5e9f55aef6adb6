import { readZone } from '../../dicom/date-time-values.ts';
import { thickestMm } from '../../dicom/eligibility-rules.ts';
import type { InstanceHeader } from '../../dicom/instance-header.ts';
import type { StudyContext } from '../../dicom/study-context.ts';
import type { ResolvedReport } from '../../fhir/presented-form.ts';
import { publishedFindings } from '../../fhir/published-findings.ts';
import type { ReportContent } from '../../report/report-content.ts';
import type { CtVolume } from '../../volume/types.ts';

/** What the report says, from what is published and from what the images say of the patient. */
export function reportContent(
  { facts, runKey, previous }: ResolvedReport,
  context: StudyContext,
  { shape, spacingMm }: Pick<CtVolume, 'shape' | 'spacingMm'>,
  site: string | undefined,
  headers: readonly InstanceHeader[],
): ReportContent {
  const { findings, algorithm, models, warnings, issuedAt, study } = facts;
  const { patientName, patientId, patientBirthDate, patientSex, patientAge } = context;
  const { studyDate, studyTime, studyDescription, seriesNumber, seriesDescription } = context;
  const given = {
    patientName,
    patientId,
    patientBirthDate,
    patientSex,
    patientAge,
    accession: study.accession,
    studyDate,
    studyTime,
    timezoneOffset: readZone(context.timezoneOffset),
    studyDescription,
    seriesNumber,
    seriesDescription,
    sliceThicknessMm: thickestMm(headers),
    convolutionKernel: headers[0]?.convolutionKernel?.join('\\'),
  };
  return {
    ...withoutAbsent({ site }),
    subject: {
      ...withoutAbsent(given),
      studyUid: context.studyInstanceUid,
      seriesUid: context.seriesInstanceUid,
      slices: shape[0],
      spacingMm,
    },
    // The numbers of the EHR, digit by digit.
    findings: publishedFindings(findings),
    algorithm: { name: algorithm.name, version: algorithm.version },
    models,
    warnings,
    previous,
    issuedAt,
    runKey,
  };
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Exact optional properties are absent, not undefined. */
function withoutAbsent<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;
}
