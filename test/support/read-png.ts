import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

interface Rgba {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

// pngjs is CommonJS and has no types of its own.
const { PNG } = createRequire(import.meta.url)('pngjs') as {
  readonly PNG: { readonly sync: { read(bytes: Uint8Array): Rgba } };
};

/** The grey values of an 8-bit greyscale PNG, [y, x]. */
export function readGreyPng(path: string): { width: number; height: number; data: Uint8Array } {
  const { width, height, data } = PNG.sync.read(readFileSync(path));
  const grey = Uint8Array.from({ length: width * height }, (_, i) => data[i * 4] as number);
  return { width, height, data: grey };
}
