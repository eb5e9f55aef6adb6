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

/** The slice in HU, [y, x]; or an error as data, because structured clone would lose its code. */
export type DecodeResult = Int16Array | { readonly error: PlainError };
