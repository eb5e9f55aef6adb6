import type { Shape3 } from './types.ts';

/**
 * What can be reached from the seeds through the mask, face by face (6 neighbours). Seeds outside the mask
 * reach nothing.
 */
export function flood(mask: Uint8Array, shape: Shape3, seeds: readonly number[]): Uint8Array {
  const [, height, width] = shape;
  const slice = height * width;
  const reached = new Uint8Array(mask.length);
  let stack = new Int32Array(Math.max(1024, seeds.length));
  let top = 0;
  for (const seed of seeds) {
    if (mask[seed] === 0 || reached[seed] === 1) continue;
    reached[seed] = 1;
    stack[top++] = seed;
  }
  while (top > 0) {
    const at = stack[--top] as number;
    if (top + 6 > stack.length) {
      const larger = new Int32Array(stack.length * 2);
      larger.set(stack);
      stack = larger;
    }
    const x = at % width;
    const inSlice = at % slice;
    if (x > 0 && mask[at - 1] !== 0 && reached[at - 1] === 0) {
      reached[at - 1] = 1;
      stack[top++] = at - 1;
    }
    if (x < width - 1 && mask[at + 1] !== 0 && reached[at + 1] === 0) {
      reached[at + 1] = 1;
      stack[top++] = at + 1;
    }
    if (inSlice >= width && mask[at - width] !== 0 && reached[at - width] === 0) {
      reached[at - width] = 1;
      stack[top++] = at - width;
    }
    if (inSlice < slice - width && mask[at + width] !== 0 && reached[at + width] === 0) {
      reached[at + width] = 1;
      stack[top++] = at + width;
    }
    if (at >= slice && mask[at - slice] !== 0 && reached[at - slice] === 0) {
      reached[at - slice] = 1;
      stack[top++] = at - slice;
    }
    if (at < mask.length - slice && mask[at + slice] !== 0 && reached[at + slice] === 0) {
      reached[at + slice] = 1;
      stack[top++] = at + slice;
    }
  }
  return reached;
}
