import { createInflate, createInflateRaw, constants as zlib } from 'node:zlib';
import type { LimitsConfig } from '../config-schema.ts';
import { LobarError } from '../errors.ts';
import { type Limit, overLimit } from '../over-limit.ts';

type InflateLimits = Pick<LimitsConfig, 'inflateRatio' | 'bytesPerInstance'>;

interface InflateOptions {
  readonly limits: InflateLimits;
  /** The bytes are only the first part of an object: what can be inflated of them is given. */
  readonly isPart: boolean;
  /** Stop once the data set has so many. */
  readonly enough: number;
}

interface Inflated {
  /** The object with its data set inflated: all bytes before it, then what came out. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Whether nothing more would have come out. */
  readonly isWhole: boolean;
}

const chunkSize = 64 * 1024;

/**
 * Inflates the data set of an object in Deflated Explicit VR Little Endian (PS3.5 A.5), on the thread pool.
 * It starts at `dataSetStart`. What follows the deflated stream, a padding byte for instance, is left out.
 *
 * Errors: `limit-exceeded`, `dicom-invalid` where the stream is damaged or breaks off.
 */
export async function inflateInstance(
  bytes: Uint8Array,
  dataSetStart: number,
  { limits, isPart, enough }: InflateOptions,
): Promise<Inflated> {
  const deflated = bytes.subarray(dataSetStart);
  const { bytesAllowed, limit } = outputLimit(deflated.length, limits);
  const finishFlush = isPart ? zlib.Z_SYNC_FLUSH : zlib.Z_FINISH;
  const inflate = (isZlib(deflated) ? createInflate : createInflateRaw)({ chunkSize, finishFlush });
  inflate.end(deflated);
  const pieces: Uint8Array[] = [bytes.subarray(0, dataSetStart)];
  let length = 0;
  let isWhole = true;
  try {
    for await (const piece of inflate as AsyncIterable<Uint8Array>) {
      length += piece.length;
      if (length > bytesAllowed) throw overLimit(limit);
      pieces.push(piece);
      if (length >= enough) {
        isWhole = false;
        break;
      }
    }
  } catch (cause) {
    if (cause instanceof LobarError) throw cause;
    const problem = 'its deflated data set is damaged or breaks off';
    throw new LobarError('dicom-invalid', { problem }, { cause });
  } finally {
    inflate.destroy();
  }
  return { bytes: joined(pieces, dataSetStart + length), isWhole };
}

/** The lower of the two limits, and its name. */
function outputLimit(
  deflatedBytes: number,
  { inflateRatio, bytesPerInstance }: InflateLimits,
): { readonly bytesAllowed: number; readonly limit: Limit } {
  const byRatio = deflatedBytes * inflateRatio;
  return byRatio < bytesPerInstance
    ? { bytesAllowed: byRatio, limit: { name: 'inflateRatio', value: inflateRatio, unit: 'bytes a byte' } }
    : {
        bytesAllowed: bytesPerInstance,
        limit: { name: 'bytesPerInstance', value: bytesPerInstance, unit: 'bytes' },
      };
}

/**
 * Some writers leave the zlib header in front (RFC 1950 2.2) that DICOM leaves out. A raw stream cannot look like
 * it: it would start with a stored block of which the bits that pad it are not zero.
 */
function isZlib([first = 0, second = 0]: Uint8Array): boolean {
  return first === 0x78 && (first * 256 + second) % 31 === 0;
}

/** One piece of memory of its own, which can be moved to a worker. */
function joined(pieces: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
