import { LobarError } from '../errors.ts';
import { overLimit } from '../over-limit.ts';
import { type Encoding, itemEncoding } from './encoding.ts';

/** The bytes that elements are read from: the first part of an object of `totalBytes`. */
export interface ElementSource {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly totalBytes: number;
  /** Sequences within one another. */
  readonly sequenceDepth: number;
}

/** Says that the next byte lies behind the part of the object that is at hand: nothing is wrong with it yet. */
export class BrokenOff extends Error {}

export const undefinedLength = 0xffff_ffff;
const tags = { item: 0xfffee000, itemEnd: 0xfffee00d, sequenceEnd: 0xfffee0dd };
const delimiterBytes = 8;

/** VRs with a 16-bit length (PS3.5 table 7.1-2); all others, also those to come, have 32 bits. */
const shortVrs = new Set('AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US'.split(' '));
const isVr = /^[A-Z]{2}$/;

/**
 * Walks over the elements of one data set or sequence item, without keeping or allocating anything for what
 * it passes: every length is a claim that is checked against the bytes that are there.
 *
 * Elements of undefined length are walked to their end; a wrong nesting, or one deeper than
 * limits.sequenceDepth, ends the walk. Other sequences are stepped over unread.
 *
 * Errors: `dicom-invalid`, `limit-exceeded`; BrokenOff where the bytes at hand end before the object does.
 */
export class ElementCursor {
  readonly #source: ElementSource;
  readonly #encoding: Encoding;
  readonly #end: number;
  readonly #depth: number;
  readonly #isOpenItem: boolean;
  #isClosed = false;
  #next: number;
  /** Group and element as one number. */
  tag = 0;
  /** Empty where it is implicit. */
  vr = '';
  offset = 0;
  /** As declared. */
  length = 0;

  constructor(source: ElementSource, encoding: Encoding, place: ItemPlace) {
    this.#source = source;
    this.#encoding = encoding;
    this.#next = place.start;
    this.#end = place.end;
    this.#depth = place.depth;
    this.#isOpenItem = place.isOpen;
  }

  /** Where the next element starts; after the last one, where the item ends with its delimiter. */
  get position(): number {
    return this.#next;
  }

  /** The group of the next element; undefined at the end. */
  peekGroup(): number | undefined {
    if (this.#next === this.#end) return undefined;
    this.#require(this.#next + 2);
    return this.#source.view.getUint16(this.#next, this.#encoding.littleEndian);
  }

  /** Reads the head of the next element; false at the end. Its value is at `offset`. */
  next(): boolean {
    while (!this.#isClosed && (this.#isOpenItem || this.#next < this.#end)) {
      this.#readHead();
      if (this.tag === tags.item) throw broken('a sequence item stands outside of a sequence');
      // Taken for a stray one, it would leave the sequence without its end, and hide what follows.
      if (this.tag === tags.sequenceEnd && this.#isOpenItem) throw broken('a sequence item has no end');
      // Some writers leave delimiters behind sequences of defined length: nothing hangs on those.
      if (this.tag !== tags.itemEnd && this.tag !== tags.sequenceEnd) return true;
      this.#next += delimiterBytes;
      this.#isClosed = this.tag === tags.itemEnd && this.#isOpenItem;
    }
    return false;
  }

  /** Steps over the value; gives where it ends, without a delimiter. */
  skip(): number {
    if (this.length !== undefinedLength) {
      this.#next = this.offset + this.length;
      this.#require(this.#next);
      return this.#next;
    }
    let valueEnd = this.offset;
    const place = { start: this.offset, end: this.#end, depth: this.#depth + 1, isOpen: true };
    for (const item of walkItems(this.#source, itemEncoding(this.vr, this.#encoding), place)) {
      valueEnd = item.passOver();
    }
    this.#next = valueEnd + delimiterBytes;
    return valueEnd;
  }

  #readHead(): void {
    const { view, bytes } = this.#source;
    const { explicitVr, littleEndian } = this.#encoding;
    const at = this.#next;
    this.#require(at + 8);
    const group = view.getUint16(at, littleEndian);
    this.tag = group * 0x1_0000 + view.getUint16(at + 2, littleEndian);
    this.vr = '';
    this.offset = at + 8;
    if (!explicitVr || group === 0xfffe) {
      this.length = view.getUint32(at + 4, littleEndian);
      return;
    }
    this.vr = String.fromCharCode(bytes[at + 4] ?? 0, bytes[at + 5] ?? 0);
    if (shortVrs.has(this.vr) || !isVr.test(this.vr)) {
      this.length = view.getUint16(at + 6, littleEndian);
      return;
    }
    this.#require(at + 12);
    this.offset = at + 12;
    this.length = view.getUint32(at + 8, littleEndian);
  }

  #require(upTo: number): void {
    requireBytes(this.#source, this.#end, upTo);
  }
}

/** Where the elements of an item, or the items of a sequence, lie. */
interface ItemPlace {
  readonly start: number;
  /** Its own end; where it is open, that of what holds it. */
  readonly end: number;
  /** Sequences around it. */
  readonly depth: number;
  /** Of undefined length: a delimiter ends it. */
  readonly isOpen: boolean;
}

/** One item of a sequence. */
class WalkedItem {
  readonly #source: ElementSource;
  readonly #encoding: Encoding;
  readonly #place: ItemPlace;
  #cursor: ElementCursor | undefined;

  constructor(source: ElementSource, encoding: Encoding, place: ItemPlace) {
    this.#source = source;
    this.#encoding = encoding;
    this.#place = place;
  }

  elements(): ElementCursor {
    this.#cursor ??= new ElementCursor(this.#source, this.#encoding, this.#place);
    return this.#cursor;
  }

  /** Steps over what has not been read of it; gives where it ends, with its delimiter. */
  passOver(): number {
    if (!this.#place.isOpen) return this.#place.end;
    const cursor = this.elements();
    while (cursor.next()) cursor.skip();
    return cursor.position;
  }
}

/** The items of a sequence, one at a time, so that a million of them cost nothing. */
export function* walkItems(
  source: ElementSource,
  encoding: Encoding,
  { start, end, depth, isOpen }: ItemPlace,
): Generator<WalkedItem> {
  if (depth > source.sequenceDepth) {
    const value = source.sequenceDepth;
    throw overLimit({ name: 'sequenceDepth', value, unit: 'sequences' });
  }
  const { view } = source;
  const { littleEndian } = encoding;
  let at = start;
  while (isOpen || at < end) {
    requireBytes(source, end, at + delimiterBytes);
    const tag = view.getUint16(at, littleEndian) * 0x1_0000 + view.getUint16(at + 2, littleEndian);
    const length = view.getUint32(at + 4, littleEndian);
    if (tag === tags.sequenceEnd) return;
    if (tag !== tags.item) throw broken('something else than items is in a sequence');
    const isOpenItem = length === undefinedLength;
    const itemEnd = isOpenItem ? end : at + delimiterBytes + length;
    requireBytes(source, end, itemEnd);
    const place = { start: at + delimiterBytes, end: itemEnd, depth, isOpen: isOpenItem };
    const item = new WalkedItem(source, encoding, place);
    yield item;
    at = item.passOver();
  }
}

function requireBytes(source: ElementSource, end: number, upTo: number): void {
  if (upTo <= end) return;
  if (end < source.bytes.length) throw broken('an element reaches past the sequence that holds it');
  if (upTo > source.totalBytes) throw broken('an element declares more bytes than there are');
  throw new BrokenOff();
}

function broken(problem: string): LobarError {
  return new LobarError('dicom-invalid', { problem });
}
