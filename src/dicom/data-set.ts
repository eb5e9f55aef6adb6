import { TextDecoder } from 'node:util';
import { type Attribute, type AttributeReader, attributes, pixelDataTags } from './attributes.ts';
import { type TextReader, textDecoder } from './character-sets.ts';
import { type ElementCursor, type ElementSource, undefinedLength, walkItems } from './element-cursor.ts';
import { type Encoding, itemEncoding } from './encoding.ts';
import { lengthToRead, maxValues } from './value-length.ts';

/** Where the value of an element lies, and how it is written. */
export interface ElementPlace {
  readonly vr: string;
  readonly offset: number;
  readonly end: number;
  readonly hasUndefinedLength: boolean;
  readonly encoding: Encoding;
  /** Sequences around it. */
  readonly depth: number;
}

/** The elements of one data set or item that Lobar reads, by tag; of one that comes twice the last. */
export type ElementIndex = ReadonlyMap<number, ElementPlace>;

/** Tags as numbers: looked up for every attribute of every frame. */
const tagNumbers: ReadonlyMap<string, number> = new Map(
  Object.values(attributes).map(({ tag }) => [tag, Number.parseInt(tag, 16)]),
);
const tagOf = ({ tag }: Attribute) => tagNumbers.get(tag) ?? Number.NaN;
const wantedTags: ReadonlySet<number> = new Set([...tagNumbers.values(), ...Object.values(pixelDataTags)]);

const always = () => true;

/**
 * Goes over the elements of a data set or item, as long as `goOn`, and keeps where those lie that Lobar reads.
 * Stops at Pixel Data, whose value is not touched. Elements found before an error are in `into` nevertheless.
 *
 * Errors: those of ElementCursor.
 */
export function indexElements(
  cursor: ElementCursor,
  encoding: Encoding,
  depth: number,
  goOn: () => boolean = always,
  into = new Map<number, ElementPlace>(),
): { readonly elements: ElementIndex; readonly reachedPixels: boolean } {
  while (goOn() && cursor.next()) {
    const { tag, vr, offset, length } = cursor;
    const isPixelData = tag === pixelDataTags.pixelData && depth === 0;
    const end = isPixelData ? offset + length : cursor.skip();
    if (wantedTags.has(tag)) {
      const hasUndefinedLength = length === undefinedLength;
      into.set(tag, { vr, offset, end, hasUndefinedLength, encoding, depth });
    }
    if (isPixelData) return { elements: into, reachedPixels: true };
  }
  return { elements: into, reachedPixels: false };
}

/**
 * Reads attribute values where the index says that they lie. Errors: `dicom-invalid`, and in sequences those of
 * ElementCursor.
 */
export function dataSetReader(elements: ElementIndex, source: ElementSource): AttributeReader {
  const characterSets = words(attributes.specificCharacterSet, elements, source, latin);
  const representation = elements.get(tagOf(attributes.pixelRepresentation));
  const context = {
    text: textDecoder(characterSets),
    isSigned: unsignedInteger(representation, source, 2)[0] === 1,
  };
  return reader(elements, source, context);
}

/** What the data set says about how the values in all its items are to be read. */
interface ReadingContext {
  readonly text: TextReader;
  /** PixelRepresentation: which of US and SS it is where both are allowed. */
  readonly isSigned: boolean;
}

const latin = new TextDecoder('latin1');

function reader(elements: ElementIndex, source: ElementSource, context: ReadingContext): AttributeReader {
  return {
    values(attribute) {
      const element = elements.get(tagOf(attribute));
      switch (attribute.vr) {
        case 'US':
          return unsignedInteger(element, source, 2);
        case 'UL':
          return unsignedInteger(element, source, 4);
        case 'US or SS':
          return unsignedInteger(element, source, 2).map((value) =>
            context.isSigned && value >= 0x8000 ? value - 0x1_0000 : value,
          );
        case 'FL':
          return float(element, source);
        case 'SQ':
          return [];
        default:
          return words(attribute, elements, source, attribute.vr === 'text' ? context.text : latin);
      }
    },
    items(sequence) {
      const element = elements.get(tagOf(sequence));
      return element === undefined ? [] : itemReaders(element, source, context);
    },
  };
}

function* itemReaders(
  { vr, offset, end, encoding: around, depth: depthAround }: ElementPlace,
  source: ElementSource,
  context: ReadingContext,
): Generator<AttributeReader> {
  const encoding = itemEncoding(vr, around);
  const depth = depthAround + 1;
  // Its delimiter, if it has one, was found when it was indexed: `end` is its own.
  const place = { start: offset, end, depth, isOpen: false };
  for (const item of walkItems(source, encoding, place)) {
    yield reader(indexElements(item.elements(), encoding, depth).elements, source, context);
  }
}

function words(
  attribute: Attribute,
  elements: ElementIndex,
  { bytes }: ElementSource,
  decoder: TextReader,
): readonly string[] {
  const element = elements.get(tagOf(attribute));
  if (element === undefined || element.end === element.offset) return [];
  const length = lengthToRead(attribute, element.end - element.offset);
  const value = bytes.subarray(element.offset, element.offset + length);
  return decoder.decode(value).replace(/\0+$/, '').split('\\', maxValues);
}

/** The first value; none where the element is too short to hold one. */
function unsignedInteger(
  element: ElementPlace | undefined,
  { view }: ElementSource,
  size: 2 | 4,
): readonly number[] {
  if (element === undefined || element.end - element.offset < size) return [];
  const { littleEndian } = itemEncoding(element.vr, element.encoding);
  return [
    size === 2 ? view.getUint16(element.offset, littleEndian) : view.getUint32(element.offset, littleEndian),
  ];
}

/** The same of a 32-bit floating point number. */
function float(element: ElementPlace | undefined, { view }: ElementSource): readonly number[] {
  if (element === undefined || element.end - element.offset < 4) return [];
  return [view.getFloat32(element.offset, itemEncoding(element.vr, element.encoding).littleEndian)];
}
