import type { Shape3 } from './types.ts';

export interface Components {
  /** 0 outside, else the component's number from 1 to `count`, in the order of their first voxels. */
  readonly labels: Int32Array;
  readonly count: number;
  /** Voxels of each component; `sizes[0]` is 0. */
  readonly sizes: Int32Array;
}

/**
 * The connected components of a mask [z, y, x], joined by faces (6 neighbours), as scipy.ndimage.label
 * numbers them by default. Runs along x are joined by union-find (Rosenfeld and Pfaltz 1966).
 */
export function labelComponents(mask: Uint8Array, shape: Shape3): Components {
  const [depth, height, width] = shape;
  const labels = new Int32Array(mask.length);
  const parents = new Forest();
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const row = (z * height + y) * width;
      labelRuns(mask, labels, parents, row, width);
      if (y > 0) joinRows(labels, parents, row, row - width, width);
      if (z > 0) joinRows(labels, parents, row, row - width * height, width);
    }
  }
  return renumber(labels, parents);
}

/** The mean of `values` over each component, by its number; 0 for number 0, which is outside. */
export function meansOf({ labels, count, sizes }: Components, values: ArrayLike<number>): Float64Array {
  const means = new Float64Array(count + 1);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    if (label !== 0)
      means[label] = (means[label] as number) + (values[i] as number) / (sizes[label] as number);
  }
  return means;
}

/** Disjoint sets over run numbers; the root of a set is its smallest number. */
class Forest {
  #parents = new Int32Array(1024);
  length = 1;

  add(): number {
    if (this.length === this.#parents.length) {
      const larger = new Int32Array(this.#parents.length * 2);
      larger.set(this.#parents);
      this.#parents = larger;
    }
    this.#parents[this.length] = this.length;
    return this.length++;
  }

  root(label: number): number {
    let at = label;
    while (this.#parents[at] !== at) {
      const up = this.#parents[this.#parents[at] as number] as number;
      this.#parents[at] = up;
      at = up;
    }
    return at;
  }

  join(a: number, b: number): void {
    const rootA = this.root(a);
    const rootB = this.root(b);
    if (rootA < rootB) this.#parents[rootB] = rootA;
    else this.#parents[rootA] = rootB;
  }
}

function labelRuns(mask: Uint8Array, labels: Int32Array, parents: Forest, row: number, width: number): void {
  let label = 0;
  for (let i = row; i < row + width; i++) {
    if (mask[i] === 0) {
      label = 0;
    } else {
      if (label === 0) label = parents.add();
      labels[i] = label;
    }
  }
}

function joinRows(labels: Int32Array, parents: Forest, row: number, other: number, width: number): void {
  let lastA = 0;
  let lastB = 0;
  for (let x = 0; x < width; x++) {
    const a = labels[row + x] as number;
    const b = labels[other + x] as number;
    if (a === 0 || b === 0 || (a === lastA && b === lastB)) continue;
    parents.join(a, b);
    lastA = a;
    lastB = b;
  }
}

function renumber(labels: Int32Array, parents: Forest): Components {
  const numbers = new Int32Array(parents.length);
  let count = 0;
  for (let label = 1; label < parents.length; label++) {
    const root = parents.root(label);
    // The root is the smallest of its set, so it has its number before the others ask for it.
    numbers[label] = root === label ? ++count : (numbers[root] as number);
  }
  const sizes = new Int32Array(count + 1);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    if (label === 0) continue;
    const number = numbers[label] as number;
    labels[i] = number;
    sizes[number] = (sizes[number] as number) + 1;
  }
  return { labels, count, sizes };
}
