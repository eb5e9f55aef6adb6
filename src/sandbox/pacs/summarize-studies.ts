import type { DicomJson } from '../../dicomweb/dicom-json.ts';
import type { InstanceIndex } from './instance-index.ts';

export interface SeriesSummary {
  readonly seriesUid: string;
  readonly modality?: string;
  readonly description?: string;
  readonly instances: number;
}

/** One study that the PACS holds, as a person would want it listed. */
export interface StudySummary {
  readonly studyUid: string;
  readonly patientId?: string;
  readonly accession?: string;
  /** YYYYMMDD. */
  readonly date?: string;
  readonly description?: string;
  readonly series: readonly SeriesSummary[];
}

export function summarizeStudies(index: InstanceIndex): StudySummary[] {
  return index.studyUids().map((studyUid) => ({
    studyUid,
    ...texts(index.instances(studyUid)[0]?.attributes ?? {}, {
      patientId: '00100020',
      accession: '00080050',
      date: '00080020',
      description: '00081030',
    }),
    series: index.seriesUids(studyUid).map((seriesUid) => {
      const instances = index.instances(studyUid, seriesUid);
      const named = texts(instances[0]?.attributes ?? {}, { modality: '00080060', description: '0008103E' });
      return { seriesUid, ...named, instances: instances.length };
    }),
  }));
}

function texts<Name extends string>(
  attributes: DicomJson,
  tags: Readonly<Record<Name, string>>,
): Partial<Record<Name, string>> {
  const entries = Object.entries<string>(tags).flatMap(([name, tag]) => {
    const value = attributes[tag]?.Value?.[0];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  return Object.fromEntries(entries) as Partial<Record<Name, string>>;
}
