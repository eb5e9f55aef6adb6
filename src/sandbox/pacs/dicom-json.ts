/** Datasets in the DICOM JSON model (PS3.18 Annex F). */

import type { DataSet, Element } from 'dicom-parser';
import { textDecoder } from '../../dicom/character-sets.ts';
import type { DicomJson, DicomJsonAttribute } from '../../dicomweb/dicom-json.ts';
import type { ReadDataset } from './read-dataset.ts';
import { dictionaryVr } from './vr-dictionary.ts';

const implicitLittleEndian = '1.2.840.10008.1.2';

interface Context {
  /** The terms of Specific Character Set (0008,0005), inherited by sequence items. */
  readonly characterSet: readonly string[];
  readonly signedPixels: boolean;
  /** Implicit VR: the parser's VRs are guesses for its own use. */
  readonly implicit: boolean;
}

/** VRs whose values are text in the dataset's character set (PS3.5 6.1.2.3). */
const translated = new Set(['LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UT']);
/** VRs that hold one value, backslashes and all (PS3.5 6.2). */
const undivided = new Set(['LT', 'ST', 'UR', 'UT']);
const texts = new Set('AE AS CS DA DS DT IS LO LT PN SH ST TM UC UI UR UT'.split(' '));
/** Bytes of one value, and how it is read in the byte order of the dataset. */
const numbers: Readonly<
  Record<string, [bytes: number, 'uint16' | 'int16' | 'uint32' | 'int32' | 'float' | 'double']>
> = {
  US: [2, 'uint16'],
  SS: [2, 'int16'],
  UL: [4, 'uint32'],
  SL: [4, 'int32'],
  FL: [4, 'float'],
  FD: [8, 'double'],
};

/**
 * The dataset without group 2, group lengths and bulk data (O* and UN), and without the implicit VR
 * attributes that the dictionary does not know. Its text is UTF-8 now, which (0008,0005) then says.
 */
export function datasetToJson({ dataset, transferSyntaxUid }: ReadDataset): DicomJson {
  return convert(dataset, {
    characterSet: [],
    signedPixels: dataset.uint16('x00280103') === 1,
    implicit: transferSyntaxUid === implicitLittleEndian,
  });
}

function convert(dataset: DataSet, outer: Context): DicomJson {
  const characterSet = dataset.string('x00080005')?.split('\\') ?? outer.characterSet;
  const json: Record<string, DicomJsonAttribute> = {};
  for (const element of Object.values(dataset.elements)) {
    const tag = element.tag.slice(1).toUpperCase();
    if (tag.startsWith('0002') || tag.endsWith('0000')) continue;
    const attribute = convertElement(dataset, element, tag, { ...outer, characterSet });
    if (attribute !== undefined) json[tag] = attribute;
  }
  if ('00080005' in json) json['00080005'] = { vr: 'CS', Value: ['ISO_IR 192'] };
  return Object.fromEntries(Object.entries(json).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function convertElement(
  dataset: DataSet,
  element: Element,
  tag: string,
  context: Context,
): DicomJsonAttribute | undefined {
  const stated = context.implicit || element.vr === 'UN' ? undefined : element.vr;
  const vr = stated ?? dictionaryVr(tag, context.signedPixels);
  const values = valuesOf(dataset, element, vr, context);
  if (vr === undefined || values === undefined) return undefined;
  return values.length === 0 ? { vr } : { vr, Value: values };
}

function valuesOf(
  dataset: DataSet,
  element: Element,
  vr: string | undefined,
  context: Context,
): unknown[] | undefined {
  if (vr === 'SQ') {
    return (element.items ?? []).flatMap((item) => (item.dataSet ? [convert(item.dataSet, context)] : []));
  }
  if (vr === undefined || element.length === 0) return vr === undefined || !isPlain(vr) ? undefined : [];
  if (texts.has(vr)) return textValues(dataset, element, vr, context);
  if (vr === 'AT') return attributeTags(dataset, element);
  const number = numbers[vr];
  if (number === undefined) return undefined;
  const [bytes, read] = number;
  return Array.from({ length: Math.floor(element.length / bytes) }, (_, index) => {
    const value = dataset[read](element.tag, index);
    return Number.isFinite(value) ? value : null;
  });
}

function isPlain(vr: string): boolean {
  return texts.has(vr) || vr === 'AT' || vr in numbers;
}

function textValues(dataset: DataSet, element: Element, vr: string, context: Context): unknown[] {
  const { byteArray } = dataset;
  const bytes = byteArray.subarray(element.dataOffset, element.dataOffset + element.length);
  // The default repertoire, byte for byte: TextDecoder has no ISO 8859-1 of its own.
  const plain = context.characterSet.length === 0 || !translated.has(vr);
  const text = plain
    ? Buffer.from(bytes).toString('latin1')
    : textDecoder(context.characterSet).decode(bytes);
  const values = undivided.has(vr) ? [text] : text.split('\\');
  const converted = values.map((value) => textValue(value, vr));
  return converted.some((value) => value !== null) ? converted : [];
}

/** One value; an empty one among several is null (PS3.18 F.2.5). */
function textValue(padded: string, vr: string): unknown {
  const text = padded.replace(/[\0 ]+$/, '');
  const value = undivided.has(vr) ? text : text.trimStart();
  if (value === '') return null;
  if (vr === 'DS' || vr === 'IS') return Number.isFinite(Number(value)) ? Number(value) : null;
  if (vr !== 'PN') return value;
  const [alphabetic, ideographic, phonetic] = value.split('=');
  return {
    ...(alphabetic ? { Alphabetic: alphabetic } : {}),
    ...(ideographic ? { Ideographic: ideographic } : {}),
    ...(phonetic ? { Phonetic: phonetic } : {}),
  };
}

function attributeTags(dataset: DataSet, { tag, length }: Element): string[] {
  const hex = (index: number) =>
    (dataset.uint16(tag, index) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return Array.from({ length: Math.floor(length / 4) }, (_, index) => hex(2 * index) + hex(2 * index + 1));
}
