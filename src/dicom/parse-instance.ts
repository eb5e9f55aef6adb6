import type { LimitsConfig } from '../config-schema.ts';
import { LobarError } from '../errors.ts';
import { overLimit } from '../over-limit.ts';
import { pixelDataTags } from './attributes.ts';
import { dataSetReader, type ElementIndex, type ElementPlace, indexElements } from './data-set.ts';
import { BrokenOff, ElementCursor, type ElementSource } from './element-cursor.ts';
import { encodingOf } from './encoding.ts';
import { type FileMeta, readFileMeta } from './file-meta.ts';
import { frameHeaders } from './frame-headers.ts';
import { headerFromAttributes } from './header-from-attributes.ts';
import type { InstanceHeader } from './instance-header.ts';
import { readStudyContext, type StudyContext } from './study-context.ts';
import { transferSyntaxes } from './uids.ts';

const lastMetaTag = 0x0002_ffff;

/** Where something lies in the bytes of the instance. */
export interface BytesPlace {
  readonly offset: number;
  readonly length: number;
}

/** Where Pixel Data (7FE0,0010) lies in the bytes of the instance. Its length is a claim. */
export interface PixelDataPlace {
  readonly offset: number;
  /** As declared; absent where it is encapsulated in items (PS3.5 A.4). */
  readonly length?: number;
  /** OB or OW; absent where it is implicit, which is OW (PS3.5 A.1). */
  readonly vr?: string;
  /** Extended Offset Table (7FE0,0001): one 64-bit little endian offset a frame (PS3.3 C.7.6.3.1.8). */
  readonly extendedOffsets?: BytesPlace;
  /** Extended Offset Table Lengths (7FE0,0002): one 64-bit length a frame. */
  readonly extendedLengths?: BytesPlace;
}

export interface ParsedInstance {
  /** The whole object; its data set is inflated where it came deflated. */
  readonly bytes: Uint8Array;
  /** Of the object as a whole. */
  readonly header: InstanceHeader;
  /**
   * One header a frame, in stored order: what PS3.3 C.7.6.16 says of each laid over the object's own. Only one
   * where the object says nothing of its frames.
   */
  readonly frames: readonly InstanceHeader[];
  /** Reads what objects made from this one repeat of it; before its bytes are moved away. */
  readonly context: () => StudyContext;
  /** Absent where the object has none. */
  readonly pixelData?: PixelDataPlace;
}

/** An instance of which the headers of the frames are read as they are asked for. */
export interface OpenInstance extends Omit<ParsedInstance, 'frames'> {
  readonly frames: Iterable<InstanceHeader>;
}

export type ParseLimits = Pick<LimitsConfig, 'headerBytes' | 'frames' | 'sequenceDepth'>;

/**
 * Reads the header of a DICOM Part 10 object (PS3.10 7) and finds its pixel data, without touching it.
 * `bytes` may be the first part of a longer object of `totalBytes`, as long as the header is in it. An object
 * that came deflated is for readInstance.
 *
 * Errors: `not-dicom`, `dicom-invalid`, `limit-exceeded`, and `transfer-syntax-unsupported` where the header
 * itself cannot be read for it (private).
 */
export function parseInstance(
  bytes: Uint8Array,
  limits: ParseLimits,
  totalBytes = bytes.length,
): ParsedInstance {
  const meta = readFileMeta(bytes, limits, totalBytes);
  if (meta.transferSyntaxUid === transferSyntaxes.deflated) {
    throw new LobarError('dicom-invalid', { problem: 'its data set is deflated still' });
  }
  const instance = openDataSet(bytes, meta, limits, totalBytes);
  return { ...instance, frames: [...instance.frames] };
}

/**
 * The same behind the file meta information, with the data set inflated. Errors of the frames come while they
 * are read.
 */
export function openDataSet(
  bytes: Uint8Array,
  meta: FileMeta,
  limits: ParseLimits,
  totalBytes: number,
): OpenInstance {
  // A hostile header could be millions of elements: only the allowed part is walked.
  const head = bytes.subarray(0, limits.headerBytes);
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const source = { bytes: head, view, totalBytes, sequenceDepth: limits.sequenceDepth };
  const { elements, problem } = elementsOf(source, meta);
  const read = dataSetReader(elements, source);
  const header = headerOrProblem(() => headerFromAttributes(read), problem);
  const pixels = pixelDataPlace(elements);
  const context = () => readStudyContext(read);
  const found = pixels === undefined ? { context } : { context, pixelData: pixels };
  // Of reports, contours, radiographs and the like only the kind is of interest, and it stands in front.
  if (isOtherModality(header)) return { bytes, header, frames: [header], ...found };
  if (problem instanceof BrokenOff && head.length === limits.headerBytes) {
    throw overLimit({ name: 'headerBytes', value: limits.headerBytes, unit: 'bytes' });
  }
  if (problem !== undefined) throw asInvalid(problem);
  return { bytes, header, frames: framesOf(header, frameHeaders(header, read, limits)), ...found };
}

/** What can be read up to the pixel data, and what stopped it before. */
function elementsOf(
  source: ElementSource,
  meta: FileMeta,
): { readonly elements: ElementIndex; readonly problem?: LobarError | BrokenOff } {
  const encoding = encodingOf(meta.transferSyntaxUid);
  const place = { start: meta.end, end: source.bytes.length, depth: 0, isOpen: false };
  const found = new Map<number, ElementPlace>();
  const elements = () => withMeta(meta, found);
  try {
    const cursor = new ElementCursor(source, encoding, place);
    const { reachedPixels } = indexElements(cursor, encoding, 0, undefined, found);
    const isWhole = reachedPixels || source.bytes.length >= source.totalBytes;
    return isWhole ? { elements: elements() } : { elements: elements(), problem: new BrokenOff() };
  } catch (problem) {
    if (!(problem instanceof LobarError || problem instanceof BrokenOff)) throw problem;
    return { elements: elements(), problem };
  }
}

/** What stands of group 2 in the data set is not the file meta information by which it was read. */
function withMeta({ elements }: FileMeta, found: ElementIndex): ElementIndex {
  return new Map([...elements, ...[...found].filter(([tag]) => tag > lastMetaTag)]);
}

/** Why the elements break off says more than what is missing for it. */
function headerOrProblem(read: () => InstanceHeader, problem: LobarError | BrokenOff | undefined) {
  try {
    return read();
  } catch (error) {
    throw problem === undefined ? error : asInvalid(problem);
  }
}

function* framesOf(
  { sopInstanceUid }: InstanceHeader,
  frames: Iterable<InstanceHeader>,
): Generator<InstanceHeader> {
  try {
    yield* frames;
  } catch (error) {
    if (!(error instanceof LobarError || error instanceof BrokenOff)) throw error;
    const problem = asInvalid(error);
    throw Object.assign(problem, { details: { sopInstanceUid } });
  }
}

function asInvalid(problem: LobarError | BrokenOff): LobarError {
  if (problem instanceof LobarError) return problem;
  return new LobarError(
    'dicom-invalid',
    { problem: 'its elements are broken or broken off' },
    { cause: problem },
  );
}

/** Whether the object is known to be no CT, and of which study. */
export function isOtherModality({ modality, studyInstanceUid }: InstanceHeader): boolean {
  return modality !== '' && modality !== 'CT' && studyInstanceUid !== '';
}

function pixelDataPlace(elements: ElementIndex): PixelDataPlace | undefined {
  const pixels = elements.get(pixelDataTags.pixelData);
  if (pixels === undefined) return undefined;
  const offsets = elements.get(pixelDataTags.extendedOffsetTable);
  const lengths = elements.get(pixelDataTags.extendedOffsetTableLengths);
  return {
    offset: pixels.offset,
    ...(pixels.hasUndefinedLength ? {} : { length: pixels.end - pixels.offset }),
    ...(pixels.vr === '' ? {} : { vr: pixels.vr }),
    ...(offsets === undefined ? {} : { extendedOffsets: placeOf(offsets) }),
    ...(lengths === undefined ? {} : { extendedLengths: placeOf(lengths) }),
  };
}

function placeOf({ offset, end }: ElementPlace): BytesPlace {
  return { offset, length: end - offset };
}
