import { LobarError } from '../errors.ts';
import type { Attribute } from './attributes.ts';

/**
 * [ours] Bytes of an element, or characters of one value in JSON. No attribute that is read may be nearly as
 * long (PS3.5 table 6.2-1: 64 characters of LO, 16 of CS and DS), but a hostile one could be megabytes, and be kept
 * for each of thousands of images.
 */
const maxLength = 1024;
/** [ours] Nothing that is read has more than a few. */
export const maxValues = 64;

/**
 * How much of a value that is `length` long is read. Text may be cut; a number that is cut would be another
 * number, a UID another UID.
 *
 * Errors: `dicom-invalid`.
 */
export function lengthToRead({ vr, keyword }: Attribute, length: number): number {
  if (length <= maxLength || vr === 'text' || vr === 'latin') return Math.min(length, maxLength);
  throw new LobarError('dicom-invalid', { problem: `its ${keyword} is longer than ${maxLength} bytes` });
}
