import { LobarError } from '../errors.ts';
import type { Page } from './all-pages.ts';
import type { DicomJson } from './dicom-json.ts';
import { exactValue, studyUid } from './search-studies.ts';
import { assertUid } from './uid.ts';

/** What studies are asked for; what is left out matches all. */
export interface StudyQuery {
  /** StudyInstanceUID. */
  readonly study?: string;
  /** PatientID, exactly this one. */
  readonly patientId?: string;
  /** AccessionNumber, likewise. */
  readonly accession?: string;
  /** A range of StudyDate (PS3.4 C.2.2.2.5), such as `20261101-`. */
  readonly dates?: string;
  /** One of ModalitiesInStudy. A list of several is read by some PACS and matches nothing in others. */
  readonly modality?: string;
  /** Tags of further attributes that a PACS need not tell by itself. */
  readonly include?: readonly string[];
}

/** A hospital does a few thousand studies a day: a list of more answers than that has no end. */
const mostPages = 200;

/** StudyDescription, ModalitiesInStudy and the count of images; the first a PACS need not tell unless it is asked to. */
const told = ['00081030', '00080061', '00080201', '00201208'];

/**
 * @throws LobarError `request-invalid` for a UID that is none, for a patient id or an accession number that a search
 *   would read as a pattern
 */
export function studyParameters({
  study,
  patientId,
  accession,
  dates,
  modality,
  include = [],
}: StudyQuery): Readonly<Record<string, string>> {
  if (study !== undefined) assertUid('StudyInstanceUID', study);
  return {
    ...(study === undefined ? {} : { StudyInstanceUID: study }),
    ...(patientId === undefined ? {} : { PatientID: exactValue('patient id', patientId) }),
    ...(accession === undefined ? {} : { AccessionNumber: exactValue('accession number', accession) }),
    ...(dates === undefined ? {} : { StudyDate: dates }),
    ...(modality === undefined ? {} : { ModalitiesInStudy: modality }),
    includefield: [...told, ...include].join(','),
  };
}

/**
 * All that a PACS lists, each study once. It is asked for more until nothing new comes: many cut a list at a length
 * of their own and do not say so. Without `limit`, as Orthanc 1.10 with it leaves out studies where modalities match.
 *
 * @throws LobarError `pacs-incomplete` where there is no end of it
 */
export async function everyPage(
  pacs: string,
  fetchPage: (offset: number) => Promise<Page<DicomJson>>,
): Promise<DicomJson[]> {
  const found = new Map<string, DicomJson>();
  for (let count = 0; count < mostPages; count += 1) {
    const before = found.size;
    const { items } = await fetchPage(before);
    for (const item of items) found.set(studyUid(item), item);
    if (found.size === before) return [...found.values()];
  }
  const problem = `its list of studies has no end: more than ${found.size}`;
  throw new LobarError('pacs-incomplete', { pacs, problem });
}
