import type { PlainError } from '../errors.ts';
import type { InstanceHeader } from './instance-header.ts';
import type { AxialLayout } from './orientation.ts';

/** What a decode worker is asked: turn one frame into one slice of HU. */
export interface DecodeTask {
  /** Native samples or one code stream; the memory that it is a view of is moved to the worker. */
  readonly frame: Uint8Array;
  /** Of that frame. */
  readonly header: InstanceHeader;
  readonly layout: AxialLayout;
}

/** A slice, and what it cost. */
export interface DecodedSlice {
  /** In HU, [y, x]. */
  readonly slice: Int16Array;
  /** Wall time in the worker, the opening of a decoder by its first image included. */
  readonly ms: number;
}

/** The slice; or an error as data, because structured clone would lose its code. */
export type DecodeResult = DecodedSlice | { readonly error: PlainError };
