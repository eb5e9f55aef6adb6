import { readFile } from 'node:fs/promises';

/** A test vector by its name: float32, little endian, its shape at the end of the name. */
export async function readVector(name: string): Promise<Float32Array<ArrayBuffer>> {
  const bytes = await readFile(new URL(`../vectors/${name}.f32`, import.meta.url));
  return new Float32Array(new Uint8Array(bytes).buffer);
}

/** The largest absolute difference; infinite where the lengths differ. */
export function worstDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0);
}
