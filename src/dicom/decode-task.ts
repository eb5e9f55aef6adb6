import type { PlainError } from '../errors.ts';
import type { AxialLayout } from './orientation.ts';
import type { ParsedInstance } from './parse-instance.ts';

/** What a decode worker is asked: turn one instance into one slice of HU. */
export interface DecodeTask {
  /** The whole instance. */
  readonly bytes: Uint8Array;
  readonly instance: ParsedInstance;
  readonly layout: AxialLayout;
}

/** The slice in HU, [y, x]; or an error as data, because structured clone would lose its code. */
export type DecodeResult = Int16Array | { readonly error: PlainError };
