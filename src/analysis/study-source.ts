import type { InstanceHeader } from '../dicom/instance-header.ts';
import type { ErrorDetails, Notice } from '../errors.ts';

/** One series as its source offers it: the headers of its instances, before any pixel is fetched. */
export interface OfferedSeries {
  readonly uid: string;
  readonly headers: readonly InstanceHeader[];
}

/** Where the images of one study come from: a PACS, files on disk, an upload. */
export interface StudySource {
  /** The study that was asked for by its UID; undefined where the images themselves say which it is. */
  readonly studyUid?: string;
  /** The PACS that it is read from; undefined for an upload and for files. */
  readonly pacs?: { readonly name: string; readonly url: string };
  /**
   * About the images as a whole: files that were passed over, for instance. Read it after the instances: how
   * they were had is told there too.
   */
  readonly warnings?: readonly Notice[];
  /**
   * Every series of the study.
   *
   * @throws LobarError `study-not-found`, `no-images` and what the source itself fails with.
   */
  listSeries(signal: AbortSignal): Promise<readonly OfferedSeries[]>;
  /**
   * The DICOM Part 10 instances of one series, in any order, as they arrive. `listed` are the SOPInstanceUIDs
   * of those that have to be among them: a source that can miss some gets them in another way.
   */
  instances(seriesUid: string, signal: AbortSignal, listed: ReadonlySet<string>): AsyncIterable<Uint8Array>;
  /** For the details of an error about one instance: where its sender finds it, in a file or a part. */
  placeOf?(sopInstanceUid: string): ErrorDetails;
  /** The error for a stream that ended early: fewer instances than listed are never analysed. */
  incomplete(listed: number, received: number): Error;
  /** The error for a series that was asked for by its UID and is not there. */
  seriesNotFound(seriesUid: string): Error;
}
