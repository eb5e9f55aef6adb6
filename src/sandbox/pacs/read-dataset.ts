import { open } from 'node:fs/promises';
import { inflateRawSync } from 'node:zlib';
import dicomParser, { type DataSet, type Element } from 'dicom-parser';
import { LobarError } from '../../errors.ts';
import { dictionaryVr } from './vr-dictionary.ts';

export interface ReadDataset {
  readonly dataset: DataSet;
  /** Transfer Syntax UID (0002,0010). */
  readonly transferSyntaxUid: string;
}

const pixelData = 'x7fe00010';
/** What is tried as the header, one after the other: enough for most, and for nearly all. The rest is read whole. */
const headBytes = [8 * 1024, 64 * 1024];
/** What a deflated dataset (PS3.5 A.5) may unpack to. */
const inflatedBytes = 512 * 2 ** 20;

/**
 * Reads a Part 10 file up to its pixel data.
 *
 * @throws LobarError `not-dicom`; and what the file system throws.
 */
export async function readDatasetFile(path: string): Promise<ReadDataset> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    for (const bytes of headBytes.filter((head) => head < size)) {
      const head = Buffer.alloc(bytes);
      await file.read(head, 0, bytes, 0);
      const read = tryParse(head);
      // Without pixel data in sight the cut may lie between two attributes, and the rest be missing unnoticed.
      if (read !== undefined && pixelData in read.dataset.elements) return read;
    }
    return parseDataset(await file.readFile());
  } finally {
    await file.close();
  }
}

/** @throws LobarError `not-dicom` */
export function parseDataset(bytes: Uint8Array): ReadDataset {
  const read = tryParse(bytes);
  if (read === undefined) throw new LobarError('not-dicom', { problem: 'it cannot be parsed' });
  return read;
}

function tryParse(bytes: Uint8Array): ReadDataset | undefined {
  try {
    const transferSyntaxUid = dicomParser.readPart10Header(bytes).string('x00020010');
    if (transferSyntaxUid === undefined) return undefined;
    const dataset = dicomParser.parseDicom(bytes, {
      untilTag: pixelData,
      vrCallback: (tag) => dictionaryVr(tag.slice(1).toUpperCase(), false),
      // dicom-parser reads what this returns from its first byte, so the group 2 header is left off.
      inflater: (whole, position) =>
        inflateRawSync(whole.subarray(position), { maxOutputLength: inflatedBytes }),
    });
    return holdsItsElements(dataset, bytes.length) ? { dataset, transferSyntaxUid } : undefined;
  } catch {
    // dicom-parser throws strings and bare objects that say nothing about the file.
    return undefined;
  }
}

/** dicom-parser steps over an element, in implicit VR even silently, without asking whether its bytes are there. */
function holdsItsElements({ elements, byteArray }: DataSet, fileBytes: number): boolean {
  return Object.values(elements).every((element) => {
    if (element.tag === pixelData) return true;
    // Of a deflated file the group 2 lies in the file, the rest in what it unpacked to.
    return endsWithin(element, element.tag.startsWith('x0002') ? fileBytes : byteArray.length);
  });
}

function endsWithin({ dataOffset, length, items = [] }: Element, limit: number): boolean {
  const end = dataOffset + length;
  return (
    end <= limit &&
    items.every((item) => {
      const inItem = Object.values(item.dataSet?.elements ?? {});
      return (
        endsWithin(item, end) && inItem.every((element) => endsWithin(element, item.dataOffset + item.length))
      );
    })
  );
}
