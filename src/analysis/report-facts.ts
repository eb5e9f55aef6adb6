import type { IngestedSeries } from '../dicom/ingest-series.ts';
import type { InstanceHeader } from '../dicom/instance-header.ts';
import type { Notice } from '../errors.ts';
import type { ReportFacts } from '../fhir/report-facts.ts';
import type { LoadedModel } from '../inference/open-inference-engine.ts';
import type { Findings } from '../pipeline/types.ts';
import { algorithm } from './algorithm.ts';

/** Everything the report says, gathered as plain values; the header is the one that came with the pixels. */
export function reportFacts(
  header: InstanceHeader,
  { volume }: Pick<IngestedSeries, 'volume'>,
  findings: Findings,
  models: readonly LoadedModel[],
  warnings: readonly Notice[],
  overrules: { readonly accession?: string | undefined },
): ReportFacts {
  const accession = overrules.accession ?? header.accessionNumber;
  const { id, issuerOfId } = header.patient;
  const acquiredAt = acquisitionDateTime(header.acquiredAt);
  return {
    findings,
    study: {
      uid: header.studyInstanceUid,
      ...(accession === undefined ? {} : { accession }),
      ...(id === undefined ? {} : { patientId: id }),
      ...(issuerOfId === undefined ? {} : { issuerOfPatientId: issuerOfId }),
      ...(acquiredAt === undefined ? {} : { acquiredAt }),
    },
    series: {
      uid: header.seriesInstanceUid,
      ...(header.seriesDescription === undefined ? {} : { description: header.seriesDescription }),
      slices: volume.shape[0],
      spacingMm: volume.spacingMm,
    },
    algorithm,
    models,
    warnings,
    issuedAt: new Date().toISOString(),
  };
}

/**
 * DICOM DA, TM and TimezoneOffsetFromUTC (PS3.5 6.2, PS3.3 C.12.1.1.8) as a FHIR dateTime. FHIR R4 wants a
 * zone beside a time, so a time without one is left out rather than guessed.
 */
export function acquisitionDateTime(acquired: InstanceHeader['acquiredAt']): string | undefined {
  const date = /^(\d{4})\.?(\d{2})\.?(\d{2})$/.exec(acquired?.date ?? '');
  if (date === null) return undefined;
  const day = date.slice(1).join('-');
  const time = /^(\d{2}):?(\d{2}):?(\d{2})(?:\.\d+)?$/.exec(acquired?.time ?? '');
  const zone = /^([+-]\d{2})(\d{2})$/.exec(acquired?.timezoneOffset ?? '');
  if (time === null || zone === null) return day;
  return `${day}T${time.slice(1).join(':')}${zone[1]}:${zone[2]}`;
}
