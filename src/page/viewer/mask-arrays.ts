/** Work on label maps in the order of their file: x runs fastest, `size` is [x, y, z]. */

export type Size = readonly [x: number, y: number, z: number];

/** Labels whose neighbour in the plane across `axis` is another, so that each region is its outline there. */
export function outlines(labels: Uint8Array, size: Size, axis: 0 | 1 | 2): Uint8Array {
  const steps = [1, size[0], size[0] * size[1]] as const;
  const [first = 0, second = 0] = steps.filter((_, index) => index !== axis);
  const outlined = new Uint8Array(labels.length);
  for (let i = 0; i < labels.length; i += 1) {
    const label = labels[i] ?? 0;
    if (label === 0) continue;
    const inside =
      labels[i - first] === label &&
      labels[i + first] === label &&
      labels[i - second] === label &&
      labels[i + second] === label;
    if (!inside) outlined[i] = label;
  }
  return outlined;
}

/** The voxel in the middle of the opacities of the slice that has most of them inside the lungs; undefined without any. */
export function mostAffected(
  opacities: Uint8Array,
  lungs: Uint8Array | undefined,
  [columns, rows, slices]: Size,
): readonly [x: number, y: number, z: number] | undefined {
  const area = columns * rows;
  let most = { count: 0, x: 0, y: 0, z: 0 };
  for (let z = 0; z < slices; z += 1) {
    let [count, x, y] = [0, 0, 0];
    for (let i = 0; i < area; i += 1) {
      const voxel = z * area + i;
      if (!opacities[voxel] || (lungs !== undefined && !lungs[voxel])) continue;
      count += 1;
      x += i % columns;
      y += Math.floor(i / columns);
    }
    if (count > most.count) most = { count, x, y, z };
  }
  const { count, x, y, z } = most;
  return count === 0 ? undefined : [Math.round(x / count), Math.round(y / count), z];
}

/** A volume with nothing but its lungs; elsewhere it is `outside`. */
export function lungsAlone<Values extends Int16Array | Float32Array | Uint8Array>(
  volume: Values,
  lungs: Uint8Array,
  outside: number,
): Values {
  const alone = volume.slice() as Values;
  for (let i = 0; i < alone.length; i += 1) if (!lungs[i]) alone[i] = outside;
  return alone;
}
