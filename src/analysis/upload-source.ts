import type { LimitsConfig } from '../config-schema.ts';
import { imageCounter } from '../dicom/listed-images.ts';
import { readHeaders } from '../dicom/read-headers.ts';
import { LobarError } from '../errors.ts';
import { givenInstances } from './given-instances.ts';
import type { OfferedSeries, StudySource } from './study-source.ts';

interface UploadedSeries {
  readonly uid: string;
  /** One a frame. */
  readonly headers: OfferedSeries['headers'][number][];
  readonly bytes: Uint8Array[];
}

/**
 * A study that came with the request. The series can only be chosen when all headers are known, so the bytes
 * wait in memory, bounded by limits.uploadBytes.
 *
 * @throws LobarError `no-images`, `several-studies` and what readHeaders and imageCounter fail with.
 */
export async function uploadSource(
  instances: AsyncIterable<Uint8Array>,
  limits: LimitsConfig,
): Promise<StudySource> {
  const series = new Map<string, UploadedSeries>();
  const studies = new Set<string>();
  const countImages = imageCounter(limits);
  for await (const bytes of instances) {
    const firstBytes = (length: number) => bytes.subarray(0, length);
    const { header, frames } = await readHeaders(firstBytes, bytes.length, limits);
    studies.add(header.studyInstanceUid);
    const uid = header.seriesInstanceUid;
    countImages(uid, frames.length);
    const found = series.get(uid) ?? { uid, headers: [], bytes: [] };
    series.set(uid, found);
    found.headers.push(...frames);
    found.bytes.push(bytes);
  }
  if (studies.size === 0) throw new LobarError('no-images', { where: 'the upload' });
  if (studies.size > 1) throw new LobarError('several-studies', { count: studies.size });

  return {
    listSeries: async () => [...series.values()],
    async *instances(seriesUid) {
      const found = series.get(seriesUid);
      // Each instance is let go as soon as it is handed over: decoding transfers its memory.
      for (let next = found?.bytes.shift(); next !== undefined; next = found?.bytes.shift()) yield next;
    },
    ...givenInstances('the upload'),
  };
}
