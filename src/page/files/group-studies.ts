import type { Subject } from '../analysis/subject.ts';
import type { FileHeader } from './read-header.ts';

export interface FileSeries {
  readonly uid: string;
  readonly number: number | undefined;
  readonly description: string | undefined;
  readonly modality: string;
  /** By instance number. */
  readonly instances: readonly FileHeader[];
}

export interface FileStudy extends Subject {
  readonly uid: string;
  readonly series: readonly FileSeries[];
  /** DICOM files whose header cannot be read here, so that nobody knows of which series they are. */
  readonly unread: readonly File[];
  /** Whether name or id of the patient may be other letters than those that are shown. */
  readonly uncertain: boolean;
}

/**
 * Files by study and series; series by their number.
 *
 * @param unread - DICOM files without a header: of the only study, or of one of which nothing else is known
 */
export function groupStudies(headers: readonly FileHeader[], unread: readonly File[] = []): FileStudy[] {
  if (headers.length === 0 && unread.length > 0) return [{ uid: '', series: [], unread, uncertain: false }];
  const studies = [...Map.groupBy(headers, ({ studyUid }) => studyUid)].map(([uid, ofStudy]) => {
    const series = [...Map.groupBy(ofStudy, ({ seriesUid }) => seriesUid)].map(([seriesUid, instances]) => {
      const [first] = instances;
      return {
        uid: seriesUid,
        number: first?.seriesNumber,
        description: first?.seriesDescription,
        modality: first?.modality ?? 'OT',
        instances: instances.toSorted((a, b) => a.instanceNumber - b.instanceNumber),
      };
    });
    const [{ patientName, patientId, patientBirthDate, patientSex, accession, date, time, description }] =
      ofStudy as [FileHeader];
    return {
      ...{ uid, patientName, patientId, patientBirthDate, patientSex, accession, date, time, description },
      series: series.toSorted((a, b) => (a.number ?? 0) - (b.number ?? 0)),
      unread: [],
      uncertain: ofStudy.some(({ uncertain }) => uncertain),
    };
  });
  return studies.length === 1 ? studies.map((study) => ({ ...study, unread })) : studies;
}

/** The CT series with the most images: the one to show. */
export function largestCt({ series }: FileStudy): FileSeries | undefined {
  return series
    .filter(({ modality }) => modality === 'CT')
    .toSorted((a, b) => b.instances.length - a.instances.length)
    .at(0);
}

/** What is sent: the images of CT and what may be some, or one series alone; where there is none, all of it. */
export function filesToSend({ series, unread }: FileStudy, only: string | undefined): File[] {
  const wanted = series.filter(({ uid, modality }) =>
    only === undefined ? modality === 'CT' : uid === only,
  );
  const sent = wanted.length > 0 ? wanted : series;
  const files = sent.flatMap(({ instances }) => instances.map(({ file }) => file));
  return only === undefined ? [...files, ...unread] : files;
}
