import { LobarError } from '../errors.ts';
import type { InstanceHeader } from './instance-header.ts';
import { isOtherModality, type ParsedInstance } from './parse-instance.ts';
import { type ReadLimits, readInstance } from './read-instance.ts';

/** What is said of an object, without its bytes. */
export type InstanceHeaders = Pick<ParsedInstance, 'header' | 'frames'>;

/** Headers are mostly a few kilobytes; only longer ones are read a second time. */
const firstPart = 32 * 1024;

/**
 * The headers of an object of `totalBytes`, of which `read` gives the first bytes: as few of them as will do, for
 * those of a deflated one are inflated.
 *
 * Errors: those of readInstance.
 */
export async function readHeaders(
  read: (length: number) => Uint8Array | Promise<Uint8Array>,
  totalBytes: number,
  limits: ReadLimits,
): Promise<InstanceHeaders> {
  const start = await read(Math.min(firstPart, totalBytes));
  const parsed = await fromFirstPart(start, totalBytes, limits);
  if (parsed !== undefined) return parsed;
  return await readInstance(await read(Math.min(limits.headerBytes, totalBytes)), limits, totalBytes);
}

/** Undefined where more must be read. */
async function fromFirstPart(
  start: Uint8Array,
  totalBytes: number,
  limits: ReadLimits,
): Promise<InstanceHeaders | undefined> {
  const isAll = start.length === totalBytes;
  try {
    const parsed = await readInstance(start, limits, totalBytes);
    return isAll || parsed.pixelData !== undefined || isNoImage(parsed.header) ? parsed : undefined;
  } catch (error) {
    const mayBeCut = error instanceof LobarError && error.code !== 'not-dicom' && !isAll;
    if (!mayBeCut) throw error;
    return undefined;
  }
}

/** Of a report or contours there is nothing more to know. */
function isNoImage(header: InstanceHeader): boolean {
  return isOtherModality(header) && header.seriesInstanceUid !== '';
}
