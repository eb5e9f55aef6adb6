import { acquisitionDateTime } from '../dicom/acquisition-date-time.ts';
import type { IngestedSeries } from '../dicom/ingest-series.ts';
import type { InstanceHeader } from '../dicom/instance-header.ts';
import type { Notice } from '../errors.ts';
import { accessionOverruled } from '../fhir/accession-overruled.ts';
import type { ReportFacts } from '../fhir/report-facts.ts';
import type { LoadedModel } from '../inference/open-inference-engine.ts';
import type { Findings } from '../pipeline/types.ts';
import { algorithm } from './algorithm.ts';

/** What the caller knows better than the images. */
interface Overrules {
  readonly accession?: string | undefined;
}

/** Which study of whom, from the header of any of its instances. */
export function studyFacts(header: InstanceHeader, overrules: Overrules): ReportFacts['study'] {
  // An empty one overrules nothing: it would switch the look-up of the order off.
  const accession = overrules.accession?.trim() || header.accessionNumber;
  const { id, issuerOfId, birthDate, sex } = header.patient;
  const acquiredAt = acquisitionDateTime(header.acquiredAt);
  return {
    uid: header.studyInstanceUid,
    ...(accession === undefined ? {} : { accession }),
    ...(id === undefined ? {} : { patientId: id }),
    ...(issuerOfId === undefined ? {} : { issuerOfPatientId: issuerOfId }),
    ...(birthDate === undefined ? {} : { patientBirthDate: birthDate }),
    ...(sex === undefined ? {} : { patientSex: sex }),
    ...(acquiredAt === undefined ? {} : { acquiredAt }),
  };
}

/** Everything the report says, gathered as plain values; the header is the one that came with the pixels. */
export function reportFacts(
  header: InstanceHeader,
  { volume }: Pick<IngestedSeries, 'volume'>,
  findings: Findings,
  models: readonly LoadedModel[],
  warnings: readonly Notice[],
  overrules: Overrules,
): ReportFacts {
  const study = studyFacts(header, overrules);
  return {
    findings,
    study,
    series: {
      uid: header.seriesInstanceUid,
      ...(header.seriesDescription === undefined ? {} : { description: header.seriesDescription }),
      slices: volume.shape[0],
      spacingMm: volume.spacingMm,
    },
    algorithm,
    models,
    warnings: [...warnings, ...accessionOverruled(study.accession, header.accessionNumber)],
    issuedAt: new Date().toISOString(),
  };
}
