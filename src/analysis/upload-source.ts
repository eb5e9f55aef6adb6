import type { LimitsConfig } from '../config-schema.ts';
import { imageCounter } from '../dicom/listed-images.ts';
import { type InstanceHeaders, readHeaders } from '../dicom/read-headers.ts';
import { LobarError } from '../errors.ts';
import type { ReserveBytes } from './analyze-request.ts';
import { givenInstances } from './given-instances.ts';
import { severalStudies } from './several-studies.ts';
import type { OfferedSeries, StudySource } from './study-source.ts';

/** Bytes. */
const reservedAtOnce = 8 * 2 ** 20;

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
 * @param reserve - is asked before the bytes are kept, for some megabytes at once
 * @throws LobarError `no-images`, `several-studies`, what imageCounter fails with, and what readHeaders does, with
 * the number of the part in its details, from 1.
 */
export async function uploadSource(
  instances: AsyncIterable<Uint8Array>,
  limits: LimitsConfig,
  reserve: ReserveBytes = async () => {},
): Promise<StudySource> {
  let reserved = 0;
  let received = 0;
  const series = new Map<string, UploadedSeries>();
  /** Of each the first part that belongs to it. */
  const studies = new Map<string, number>();
  /** Of the parts, in their order. */
  const sopInstanceUids: string[] = [];
  const countImages = imageCounter(limits);
  for await (const bytes of instances) {
    received += bytes.length;
    if (received > reserved) {
      const more = Math.max(received - reserved, reservedAtOnce);
      await reserve(more);
      reserved += more;
    }
    const part = sopInstanceUids.length + 1;
    const { header, frames } = await readPart(bytes, part, limits);
    sopInstanceUids.push(header.sopInstanceUid);
    if (!studies.has(header.studyInstanceUid)) studies.set(header.studyInstanceUid, part);
    const uid = header.seriesInstanceUid;
    countImages(uid, frames.length);
    const found = series.get(uid) ?? { uid, headers: [], bytes: [] };
    series.set(uid, found);
    found.headers.push(...frames);
    found.bytes.push(bytes);
  }
  if (studies.size === 0) throw new LobarError('no-images', { where: 'the upload' });
  if (studies.size > 1) throw severalStudies('parts', [...studies]);

  return {
    listSeries: async () => [...series.values()],
    async *instances(seriesUid) {
      const found = series.get(seriesUid);
      // Each instance is let go as soon as it is handed over: decoding transfers its memory.
      for (let next = found?.bytes.shift(); next !== undefined; next = found?.bytes.shift()) yield next;
    },
    placeOf(sopInstanceUid) {
      const index = sopInstanceUids.indexOf(sopInstanceUid);
      const isOne = index !== -1 && index === sopInstanceUids.lastIndexOf(sopInstanceUid);
      return isOne ? { part: index + 1 } : {};
    },
    ...givenInstances('the upload'),
  };
}

async function readPart(bytes: Uint8Array, part: number, limits: LimitsConfig): Promise<InstanceHeaders> {
  try {
    return await readHeaders((length) => bytes.subarray(0, length), bytes.length, limits);
  } catch (error) {
    if (!(error instanceof LobarError)) throw error;
    throw Object.assign(error, { details: { ...error.details, part } });
  }
}
