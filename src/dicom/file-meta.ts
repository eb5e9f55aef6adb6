import type { LimitsConfig } from '../config-schema.ts';
import { LobarError } from '../errors.ts';
import { overLimit } from '../over-limit.ts';
import { isUid, withoutPadding } from '../uid.ts';
import { attributes } from './attributes.ts';
import { dataSetReader, type ElementIndex, indexElements } from './data-set.ts';
import { BrokenOff, ElementCursor } from './element-cursor.ts';
import { explicitLittleEndian } from './encoding.ts';
import { transferSyntax, unsupportedTransferSyntax } from './transfer-syntaxes.ts';

/** The file meta information of a DICOM Part 10 object (PS3.10 7.1). */
export interface FileMeta {
  readonly transferSyntaxUid: string;
  readonly elements: ElementIndex;
  /** Where the data set starts. */
  readonly end: number;
}

type HeaderLimits = Pick<LimitsConfig, 'headerBytes'>;

const preambleBytes = 128;
const metaGroup = 0x0002;

/**
 * Reads the file meta information at the start of an object; always explicit VR little endian. `bytes` may be the
 * first part of an object of `totalBytes`.
 *
 * Errors: `not-dicom`, `dicom-invalid`, `limit-exceeded`, and `transfer-syntax-unsupported` for a private or unknown
 * one, whose data set would be read by guess.
 */
export function readFileMeta(bytes: Uint8Array, limits: HeaderLimits, totalBytes = bytes.length): FileMeta {
  const prefix = bytes.subarray(preambleBytes, preambleBytes + 4);
  if (prefix.length < 4 || String.fromCharCode(...prefix) !== 'DICM') {
    throw new LobarError('not-dicom', { problem: "it has no 'DICM' after 128 bytes (PS3.10 7.1)" });
  }
  const { elements, end, source } = metaElements(bytes.subarray(0, limits.headerBytes), limits, totalBytes);
  // Cut between two elements: more of them may follow.
  if (end === limits.headerBytes)
    throw overLimit({ name: 'headerBytes', value: limits.headerBytes, unit: 'bytes' });
  const read = dataSetReader(elements, source);
  const uid = withoutPadding(String(read.values(attributes.transferSyntaxUid)[0] ?? '').trim());
  if (!isUid(uid)) {
    throw new LobarError('dicom-invalid', {
      problem: 'its file meta information names no TransferSyntaxUID (0002,0010)',
    });
  }
  if (transferSyntax(uid) === undefined) throw unsupportedTransferSyntax(uid, {});
  return { transferSyntaxUid: uid, elements, end };
}

function metaElements(bytes: Uint8Array, limits: HeaderLimits, totalBytes: number) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const source = { bytes, view, totalBytes, sequenceDepth: 0 };
  const place = { start: preambleBytes + 4, end: bytes.length, depth: 0, isOpen: false };
  const cursor = new ElementCursor(source, explicitLittleEndian, place);
  try {
    const isMeta = () => cursor.peekGroup() === metaGroup;
    const { elements } = indexElements(cursor, explicitLittleEndian, 0, isMeta);
    return { elements, end: cursor.position, source };
  } catch (cause) {
    if (!(cause instanceof LobarError || cause instanceof BrokenOff)) throw cause;
    const isCut = cause instanceof BrokenOff && bytes.length === limits.headerBytes;
    if (isCut) throw overLimit({ name: 'headerBytes', value: limits.headerBytes, unit: 'bytes' });
    throw new LobarError('dicom-invalid', { problem: 'its file meta information cannot be read' }, { cause });
  }
}
