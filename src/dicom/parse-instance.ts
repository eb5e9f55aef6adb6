import { TextDecoder } from 'node:util';
import dicomParser, { type DataSet, type Element } from 'dicom-parser';
import type { LimitsConfig } from '../config-schema.ts';
import { LobarError } from '../errors.ts';
import { isUid } from '../uid.ts';
import { type Attribute, type AttributeReader, attributes } from './attributes.ts';
import { type TextReader, textDecoder } from './character-sets.ts';
import { headerFromAttributes } from './header-from-attributes.ts';
import type { InstanceHeader } from './instance-header.ts';
import { transferSyntax, unsupportedTransferSyntax } from './transfer-syntaxes.ts';

/** Where Pixel Data (7FE0,0010) lies in the bytes of the instance. Its length is a claim. */
export interface PixelDataPlace {
  readonly offset: number;
  /** As declared; absent where it is encapsulated in items (PS3.5 A.4). */
  readonly length?: number;
}

export interface ParsedInstance {
  /** The whole object; its data set is inflated where it came deflated. */
  readonly bytes: Uint8Array;
  /** Of the object as a whole. */
  readonly header: InstanceHeader;
  /** One header a frame, in stored order: what PS3.3 C.7.6.16 says of each laid over the object's own. */
  readonly frames: readonly InstanceHeader[];
  /** Absent where the object has none. */
  readonly pixelData?: PixelDataPlace;
}

type ParseLimits = Pick<LimitsConfig, 'headerBytes' | 'rowsColumns'>;

const undefinedLength = 0xffff_ffff;
const deflated = '1.2.840.10008.1.2.1.99';
const pixelDataTag = 'x7fe00010';

/**
 * Reads the header of a DICOM Part 10 object (PS3.10 7) and finds its pixel data, without touching it.
 * `bytes` may be the first part of a longer object of `totalBytes`, as long as the header is in it.
 *
 * Errors: `not-dicom`, `dicom-invalid`, `limit-exceeded`, and `transfer-syntax-unsupported` where the header
 * itself cannot be read for it (deflated, private).
 */
export function parseInstance(
  bytes: Uint8Array,
  limits: ParseLimits,
  totalBytes = bytes.length,
): ParsedInstance {
  // A hostile header could be millions of elements: only the allowed part is walked.
  const head = bytes.subarray(0, limits.headerBytes);
  requirePreamble(head);
  requireReadableSyntax(head);
  const dataset = parseDataset(head, limits, totalBytes);
  const header = headerFromAttributes(datasetReader(dataset));
  if (Math.max(header.rows, header.columns) > limits.rowsColumns) {
    throw new LobarError(
      'limit-exceeded',
      { limit: 'limits.rowsColumns', value: limits.rowsColumns, unit: 'pixels' },
      { details: { sopInstanceUid: header.sopInstanceUid } },
    );
  }
  const element = dataset.elements[pixelDataTag];
  const found = element === undefined ? {} : { pixelData: pixelDataPlace(element) };
  return { bytes, header, frames: [header], ...found };
}

function requirePreamble(head: Uint8Array): void {
  const prefix = head.subarray(128, 132);
  if (prefix.length < 4 || String.fromCharCode(...prefix) !== 'DICM') {
    throw new LobarError('not-dicom', { problem: "it has no 'DICM' after 128 bytes (PS3.10 7.1)" });
  }
}

/** Without knowing the syntax the data set would be read by guess; inflating would defeat every limit. */
function requireReadableSyntax(head: Uint8Array): void {
  let uid: string | undefined;
  try {
    uid = dicomParser.readPart10Header(head).string('x00020010');
  } catch (cause) {
    throw new LobarError('dicom-invalid', { problem: 'its file meta information cannot be read' }, { cause });
  }
  if (uid === undefined || !isUid(uid)) {
    throw new LobarError('dicom-invalid', {
      problem: 'its file meta information names no TransferSyntaxUID (0002,0010)',
    });
  }
  if (transferSyntax(uid) === undefined || uid === deflated) throw unsupportedTransferSyntax(uid, {});
}

function parseDataset(head: Uint8Array, limits: ParseLimits, totalBytes: number): DataSet {
  const { dataset, cause } = parseElements(head);
  // The parser steps over an element without asking whether its bytes are there.
  const end = endOfElements(dataset);
  if (end > totalBytes) {
    throw new LobarError(
      'dicom-invalid',
      { problem: 'an element declares more bytes than there are' },
      { cause },
    );
  }
  const reachesPixels = dataset.elements[pixelDataTag] !== undefined;
  const isWhole = cause === undefined && end <= head.length && (reachesPixels || head.length >= totalBytes);
  // Of reports, contours and the like only the kind is of interest, and it stands in front.
  if (isWhole || isOtherModality(dataset)) return dataset;
  if (totalBytes > limits.headerBytes) {
    throw new LobarError(
      'limit-exceeded',
      { limit: 'limits.headerBytes', value: limits.headerBytes, unit: 'bytes' },
      { cause },
    );
  }
  throw new LobarError('dicom-invalid', { problem: 'its elements are broken or broken off' }, { cause });
}

/** What can be parsed up to the pixel data, and what stopped it before. */
function parseElements(head: Uint8Array): { readonly dataset: DataSet; readonly cause?: unknown } {
  try {
    return { dataset: dicomParser.parseDicom(head, { untilTag: pixelDataTag }) };
  } catch (cause) {
    const { dataSet } = cause as { readonly dataSet?: DataSet };
    if (dataSet !== undefined) return { dataset: dataSet, cause };
    throw new LobarError('dicom-invalid', { problem: 'its elements cannot be read' }, { cause });
  }
}

function endOfElements({ elements }: DataSet): number {
  const ends = Object.values(elements)
    .filter(({ tag }) => tag !== pixelDataTag)
    .map(({ dataOffset, length }) => dataOffset + length);
  return ends.reduce((a, b) => Math.max(a, b), 0);
}

function isOtherModality(dataset: DataSet): boolean {
  const modality = dataset.string(`x${attributes.modality.tag}`);
  return modality !== undefined && modality !== '' && modality !== 'CT';
}

function datasetReader(dataset: DataSet): AttributeReader {
  const latin = new TextDecoder('latin1');
  const raw = (attribute: Attribute, decoder: TextReader): readonly string[] => {
    const element = dataset.elements[`x${attribute.tag.toLowerCase()}`];
    if (element === undefined || element.length === 0) return [];
    const bytes = dataset.byteArray.subarray(element.dataOffset, element.dataOffset + element.length);
    return decoder.decode(bytes).replace(/\0+$/, '').split('\\');
  };
  const text = textDecoder(raw(attributes.specificCharacterSet, latin));
  const [representation] = sixteenBits(dataset, `x${attributes.pixelRepresentation.tag}`, false);
  const signed = representation === 1;
  return (attribute) => {
    const tag = `x${attribute.tag.toLowerCase()}`;
    switch (attribute.vr) {
      case 'US':
        return sixteenBits(dataset, tag, false);
      case 'US or SS':
        return sixteenBits(dataset, tag, signed);
      default:
        return raw(attribute, attribute.vr === 'text' ? text : latin);
    }
  };
}

/** The parser itself would read past the end of a short value. */
function sixteenBits(dataset: DataSet, tag: string, signed: boolean): readonly number[] {
  const element = dataset.elements[tag];
  const isThere =
    element !== undefined && element.length >= 2 && element.dataOffset + 2 <= dataset.byteArray.length;
  const value = isThere ? (signed ? dataset.int16(tag) : dataset.uint16(tag)) : undefined;
  return value === undefined ? [] : [value];
}

function pixelDataPlace(element: Element): PixelDataPlace {
  const { dataOffset: offset, length } = element;
  return element.hadUndefinedLength || length === undefinedLength ? { offset } : { offset, length };
}
