/** A decode worker that cannot start where the variable LOBAR_TEST_UNLOADABLE is set, as where a file of it is missing. */
import { env } from 'node:process';
import type { DecodedSlice } from '../../../src/dicom/decode-task.ts';

if (env['LOBAR_TEST_UNLOADABLE'] === 'true') throw new Error('a module is missing');

export const decodeSlice = (): DecodedSlice => ({ slice: new Int16Array(1), ms: 0 });
