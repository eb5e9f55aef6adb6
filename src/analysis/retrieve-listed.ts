import { sopInstanceUid } from '../dicom/sop-instance-uid.ts';
import type { PacsClient } from '../dicomweb/open-pacs.ts';
import { whyNotInOneStream } from '../dicomweb/retrieve-series.ts';

export interface ListedSeries {
  readonly studyUid: string;
  readonly seriesUid: string;
  /** SOPInstanceUIDs of the instances that are wanted. */
  readonly listed: ReadonlySet<string>;
  readonly signal: AbortSignal;
  /** Told before instances are asked for one by one. */
  readonly onFallback: (fallback: Fallback) => void;
}

export interface Fallback {
  /** In words that follow 'because'. */
  readonly why: string;
  readonly fetched: number;
  readonly listed: number;
}

/**
 * The instances of a series by one stream; and those of `listed` that it did not bring, one by one. What came
 * whole before a stream broke is not fetched again, and what was cut is never handed on. Of a PACS that sends
 * something else altogether nothing more is asked: that not all of `listed` arrived, the caller has to see.
 *
 * @throws LobarError of `PacsClient.retrieveSeries` and `retrieveInstances`.
 */
export async function* retrieveListed(
  pacs: PacsClient,
  { studyUid, seriesUid, listed, signal, onFallback }: ListedSeries,
): AsyncGenerator<Uint8Array, void, undefined> {
  const missing = new Set(listed);
  const already = { instances: 0, bytes: 0 };
  let why: string | undefined;
  try {
    for await (const instance of pacs.retrieveSeries(studyUid, seriesUid, { signal })) {
      already.instances += 1;
      already.bytes += instance.length;
      missing.delete(sopInstanceUid(instance) ?? '');
      yield instance;
    }
  } catch (error) {
    const reason = whyNotInOneStream(error);
    if (reason === undefined) throw error;
    why = reason;
  }
  if (missing.size === 0) return;
  // A whole answer with none of them is another series, which instances of this one would not make right.
  if (why === undefined && missing.size === listed.size) return;
  why ??= 'some instances were missing in it';
  onFallback({ why, fetched: missing.size, listed: listed.size });
  yield* pacs.retrieveInstances(studyUid, seriesUid, [...missing], { signal, already });
}
