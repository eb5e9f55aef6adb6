import type { LimitsConfig } from '../config-schema.ts';
import { readFileMeta } from './file-meta.ts';
import { inflateInstance } from './inflate-instance.ts';
import { type ParsedInstance, type ParseLimits, parseDataSet } from './parse-instance.ts';
import { transferSyntaxes } from './uids.ts';

export type ReadLimits = ParseLimits & Pick<LimitsConfig, 'inflateRatio' | 'bytesPerInstance'>;

/**
 * Reads the header of a DICOM Part 10 object and finds its pixel data; a deflated data set is inflated first.
 * `bytes` may be the first part of a longer object of `totalBytes`, as long as the header is in it.
 *
 * Errors: those of parseInstance and inflateInstance.
 */
export async function readInstance(
  bytes: Uint8Array,
  limits: ReadLimits,
  totalBytes = bytes.length,
): Promise<ParsedInstance> {
  const meta = readFileMeta(bytes.subarray(0, limits.headerBytes));
  if (meta.transferSyntaxUid !== transferSyntaxes.deflated)
    return parseDataSet(bytes, meta, limits, totalBytes);
  const isPart = bytes.length < totalBytes;
  const enough = isPart ? limits.headerBytes : Number.POSITIVE_INFINITY;
  const inflated = await inflateInstance(bytes, meta.end, { limits, isPart, enough });
  // How long a part is when inflated is not known.
  return parseDataSet(inflated, meta, limits, isPart ? Number.POSITIVE_INFINITY : inflated.length);
}
