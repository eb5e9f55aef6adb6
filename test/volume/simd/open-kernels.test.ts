import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { openKernels } from '../../../src/volume/simd/open-kernels.ts';

/** Numbers of the sections of a module (WebAssembly core specification, 5.5.2). */
async function sections(): Promise<number[]> {
  const bytes = await readFile(new URL('../../../src/volume/simd/kernels.wasm', import.meta.url));
  const found: number[] = [];
  // After the magic number and the version.
  for (let at = 8; at < bytes.length; ) {
    found.push(bytes[at++] as number);
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] as number;
      size += (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    at += size;
  }
  return found;
}

describe('kernels', () => {
  it('have no static data, which would lie where their arrays do, and no start', async () => {
    const [start, data] = [8, 11];
    const found = await sections();
    assert.ok(found.length > 3);
    assert.ok(!found.includes(data) && !found.includes(start), found.join());
  });

  it('have arrays that do not overlap, each where any vector may lie', () => {
    const { arrays } = openKernels({
      bytes: [Uint8Array, 3],
      none: [Float64Array, 0],
      numbers: [Float64Array, 5],
      words: [Int16Array, 7],
    });
    const ends = Object.values(arrays).map(({ byteOffset, byteLength }) => [byteOffset, byteLength] as const);
    ends.forEach(([offset], i) => {
      const [before, length] = ends[i - 1] ?? [0, 1024];
      assert.ok(offset >= before + length && offset % 16 === 0);
    });
  });

  it('have a memory of their own', () => {
    const [a, b] = [openKernels({ x: [Uint8Array, 1] }), openKernels({ x: [Uint8Array, 1] })];
    a.arrays.x.fill(7);
    assert.deepEqual([...b.arrays.x], [0]);
  });
});
