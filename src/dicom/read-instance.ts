import type { LimitsConfig } from '../config-schema.ts';
import { type FileMeta, readFileMeta } from './file-meta.ts';
import { allFrames } from './frame-headers.ts';
import { inflateInstance } from './inflate-instance.ts';
import { type OpenInstance, openDataSet, type ParsedInstance, type ParseLimits } from './parse-instance.ts';
import { transferSyntaxes } from './uids.ts';

export type ReadLimits = ParseLimits & Pick<LimitsConfig, 'inflateRatio' | 'bytesPerInstance'>;

/**
 * Reads the header of a DICOM Part 10 object and finds its pixel data, with turns of the event loop where it has
 * many frames; a deflated data set is inflated first, up to the end of the pixel data. `bytes` may be the first
 * part of a longer object of `totalBytes`, as long as the header is in it.
 *
 * Errors: those of parseInstance and inflateInstance.
 */
export async function readInstance(
  bytes: Uint8Array,
  limits: ReadLimits,
  totalBytes = bytes.length,
): Promise<ParsedInstance> {
  const meta = readFileMeta(bytes, limits, totalBytes);
  const instance =
    meta.transferSyntaxUid === transferSyntaxes.deflated
      ? await openDeflated(bytes, meta, limits, totalBytes)
      : openDataSet(bytes, meta, limits, totalBytes);
  return { ...instance, frames: await allFrames(instance.frames) };
}

/** Behind the header anything may follow, and be hundreds of times what was sent: only the pixels are wanted of it. */
async function openDeflated(
  bytes: Uint8Array,
  meta: FileMeta,
  limits: ReadLimits,
  totalBytes: number,
): Promise<OpenInstance> {
  const isPart = bytes.length < totalBytes;
  const inflated = (enough: number) => inflateInstance(bytes, meta.end, { limits, isPart, enough });
  const head = await inflated(limits.headerBytes);
  // How long a part is when inflated is not known.
  const headTotal = isPart || !head.isWhole ? Number.POSITIVE_INFINITY : head.bytes.length;
  const instance = openDataSet(head.bytes, meta, limits, headTotal);
  const { offset = 0, length = 0 } = instance.pixelData ?? {};
  const end = offset + length;
  if (isPart || head.isWhole || end <= head.bytes.length) return instance;
  return { ...instance, bytes: (await inflated(end - meta.end)).bytes };
}
