/**
 * Seeded pseudo-random numbers in 32-bit integer arithmetic, the same on every platform: xoshiro128**
 * (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021), seeded by splitmix32.
 */
export interface Random {
  /** The next 32 bits. */
  readonly bits: () => number;
  /** Uniform in [low, high). */
  readonly uniform: (low: number, high: number) => number;
  /** Near-normal of mean 0 and variance 1, within +-3.5: the sum of four uniforms (Irwin-Hall). */
  readonly normal: () => number;
  /** Uniform integer in [0, count). */
  readonly index: (count: number) => number;
}

const rotateLeft = (value: number, by: number) => (value << by) | (value >>> (32 - by));

function splitmix32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return (mixed ^ (mixed >>> 16)) | 0;
  };
}

/** FNV-1a: gives every purpose its own stream, so that one change of the phantom leaves the others alone. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) {
    value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return value | 0;
}

/** A stream of its own for each pair of seed and purpose. */
export function createRandom(seed: number, purpose: string): Random {
  const seeds = splitmix32(seed ^ hash(purpose));
  let a = seeds();
  let b = seeds();
  let c = seeds();
  let d = seeds();
  const bits = () => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9);
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
    return result >>> 0;
  };
  const unit = () => bits() / 0x1_0000_0000;
  return {
    bits,
    uniform: (low, high) => low + (high - low) * unit(),
    normal: () => {
      const first = bits();
      const second = bits();
      const sum = (first & 0xffff) + (first >>> 16) + (second & 0xffff) + (second >>> 16);
      return (sum / 0x1_0000 - 2) * 1.7320508075688772;
    },
    index: (count) => Math.floor(unit() * count),
  };
}
