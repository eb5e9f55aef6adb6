import type { ScannedElement, ScannedFile } from './element-scanner.ts';

export type Bytes = Uint8Array<ArrayBuffer>;

/** The bytes with `length` of them at `at` replaced. */
export function splice(bytes: Uint8Array, at: number, length: number, put: Uint8Array): Bytes {
  return joined([bytes.subarray(0, at), put, bytes.subarray(Math.min(at + length, bytes.length))]);
}

export function joined(parts: readonly Uint8Array[]): Bytes {
  return Uint8Array.from(Buffer.concat(parts));
}

/** Writes an unsigned number where it still fits into the bytes. */
export function write(bytes: Uint8Array, at: number, size: 1 | 2 | 4, value: number, little: boolean): void {
  if (at < 0 || at + size > bytes.length) return;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (size === 1) view.setUint8(at, value & 0xff);
  else if (size === 2) view.setUint16(at, value & 0xffff, little);
  else view.setUint32(at, value >>> 0, little);
}

/** Gives an element another value, and the length that belongs to it. */
export function setValue(
  bytes: Uint8Array,
  { littleEndian, elements }: ScannedFile,
  element: ScannedElement,
  value: Uint8Array,
): Bytes {
  const isMeta = element.tag.startsWith('0002');
  const even = value.length % 2 === 0 ? value : joined([value, Uint8Array.of(isMeta ? 0 : 0x20)]);
  const length = element.length === 0xffff_ffff ? 0 : element.length;
  const changed = splice(bytes, element.valueAt, length, even);
  write(changed, element.lengthAt, element.lengthBytes, even.length, isMeta || littleEndian);
  const group = elements.find(({ tag }) => tag === '00020000');
  // The length of the meta group is kept right, or no other mistake of the file would ever be reached.
  if (isMeta && group !== undefined) {
    const view = new DataView(changed.buffer);
    view.setUint32(group.valueAt, view.getUint32(group.valueAt, true) + even.length - length, true);
  }
  return changed;
}

/** An element in the coding of the file. */
export function encodeElement(
  { littleEndian, explicit }: Pick<ScannedFile, 'littleEndian' | 'explicit'>,
  tag: string,
  vr: string,
  value: Uint8Array,
  length = value.length,
): Bytes {
  const head = new Uint8Array(12);
  write(head, 0, 2, Number.parseInt(tag.slice(0, 4), 16), littleEndian);
  write(head, 2, 2, Number.parseInt(tag.slice(4), 16), littleEndian);
  if (!explicit) {
    write(head, 4, 4, length, littleEndian);
    return joined([head.subarray(0, 8), value]);
  }
  head.set([vr.charCodeAt(0), vr.charCodeAt(1)], 4);
  write(head, 8, 4, length, littleEndian);
  return joined([head, value]);
}
