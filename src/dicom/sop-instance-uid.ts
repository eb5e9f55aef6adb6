import { LobarError } from '../errors.ts';
import { AttributeValues } from './attribute-values.ts';
import { attributes } from './attributes.ts';
import { dataSetReader, type ElementPlace, indexElements } from './data-set.ts';
import { BrokenOff, ElementCursor, type ElementSource } from './element-cursor.ts';
import { encodingOf } from './encoding.ts';
import { type FileMeta, readFileMeta } from './file-meta.ts';
import { transferSyntaxes } from './uids.ts';

/** SOP Instance UID (0008,0018) stands before nearly everything else in a dataset. */
const headBytes = 16 * 1024;
const lastGroup = 0x0008;

/**
 * SOP Instance UID of a DICOM Part 10 object, from its first bytes. It is the one of the dataset, by which a
 * PACS lists it: tools that renumber instances forget Media Storage SOP Instance UID (0002,0003), which is
 * taken only where the dataset cannot be read.
 *
 * @returns undefined where the bytes say none: what is wrong with them, who parses all of them will tell.
 */
export function sopInstanceUid(bytes: Uint8Array): string | undefined {
  const head = bytes.subarray(0, headBytes);
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const source = { bytes: head, view, totalBytes: bytes.length, sequenceDepth: 1 };
  try {
    const meta = readFileMeta(bytes, { headerBytes: headBytes });
    const values = new AttributeValues(dataSetReader(firstElements(source, meta), source));
    return values.uid(attributes.sopInstanceUid) ?? values.uid(attributes.mediaStorageSopInstanceUid);
  } catch (error) {
    if (error instanceof LobarError) return undefined;
    throw error;
  }
}

/** Those of the file meta information, and of the data set up to group 8 what can be read. */
function firstElements(source: ElementSource, meta: FileMeta) {
  const elements = new Map<number, ElementPlace>(meta.elements);
  // To inflate what a PACS sent is for who has a limit for it.
  if (meta.transferSyntaxUid === transferSyntaxes.deflated) return elements;
  const encoding = encodingOf(meta.transferSyntaxUid);
  const place = { start: meta.end, end: source.bytes.length, depth: 0, isOpen: false };
  const cursor = new ElementCursor(source, encoding, place);
  const isFirst = () => (cursor.peekGroup() ?? Number.POSITIVE_INFINITY) <= lastGroup;
  try {
    indexElements(cursor, encoding, 0, isFirst, elements);
  } catch (error) {
    if (!(error instanceof LobarError || error instanceof BrokenOff)) throw error;
  }
  return elements;
}
