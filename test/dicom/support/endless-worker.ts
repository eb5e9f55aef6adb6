/** A decode worker whose first decoder never ends, as a WebAssembly loop would not, or that dies of a 2. */
import type { DecodedSlice, DecodeTask } from '../../../src/dicom/decode-task.ts';

export function decodeSlice({ frame }: DecodeTask): DecodedSlice {
  if (frame[0] === 2) process.exit(9);
  for (;;) if (frame[0] !== 1) return { slice: new Int16Array(1), ms: 0 };
}
