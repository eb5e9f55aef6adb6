import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** The samples of a gzip-encoded NRRD file as bytes, x fastest; its header says what they are. */
export function readNrrd(path: string): Buffer {
  const file = readFileSync(path);
  return gunzipSync(file.subarray(file.indexOf('\n\n') + 2));
}
