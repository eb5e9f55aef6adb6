/** What every case of the ingest suite is told: where the series is, and how much of it there is. */
export interface SeriesLocation {
  /** Root of the DICOMweb services, without a slash at the end. */
  readonly url: string;
  readonly studyUid: string;
  readonly seriesUid: string;
  readonly instances: number;
}

export function seriesUrl({ url, studyUid, seriesUid }: SeriesLocation): string {
  return `${url}/studies/${studyUid}/series/${seriesUid}`;
}

/** The stored bytes as they are; Lobar asks with it, and so must whoever it is compared with. */
export const accept = 'multipart/related; type="application/dicom"; transfer-syntax=*';
