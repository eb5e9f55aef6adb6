/** Work on label maps in the order of their file: x runs fastest, `size` is [x, y, z]. */

export type Size = readonly [x: number, y: number, z: number];

/**
 * Labels that have another within `wide` voxels of the plane across `axis`, so that each region is its outline there.
 *
 * @param wide - along each axis of the file; 1 is a line of one voxel
 */
export function outlines(
  labels: Uint8Array,
  size: Size,
  axis: 0 | 1 | 2,
  wide: Size = [1, 1, 1],
): Uint8Array {
  const steps = [1, size[0], size[0] * size[1]];
  const near = [0, 1, 2]
    .filter((other) => other !== axis)
    .flatMap((other) =>
      Array.from({ length: wide[other] ?? 1 }, (_, index) => (steps[other] ?? 0) * (index + 1)),
    );
  return edges(labels, near);
}

/** Labels where `above` has none: what lies above is not mixed with what is below it. */
export function notBelow(labels: Uint8Array, above: Uint8Array): Uint8Array {
  return labels.map((label, i) => (above[i] ? 0 : label));
}

/** Labels at the surface of their region: some neighbour on the three axes is of another. */
export function surfaces(labels: Uint8Array, [columns, rows]: Size): Uint8Array {
  return edges(labels, [1, columns, columns * rows]);
}

/** @param near - steps to the neighbours, which are looked at both ways */
function edges(labels: Uint8Array, near: readonly number[]): Uint8Array {
  const edge = new Uint8Array(labels.length);
  for (let i = 0; i < labels.length; i += 1) {
    const label = labels[i] as number;
    if (label === 0) continue;
    for (const step of near) {
      if (labels[i - step] === label && labels[i + step] === label) continue;
      edge[i] = label;
      break;
    }
  }
  return edge;
}

/**
 * A voxel of opacity in the slice that has most of it inside the lungs: the middle of the longest row of it. Undefined where
 * there is none.
 */
export function mostAffected(
  opacities: Uint8Array,
  lungs: Uint8Array | undefined,
  [columns, rows, slices]: Size,
): readonly [x: number, y: number, z: number] | undefined {
  const area = columns * rows;
  const affected = (voxel: number) => opacities[voxel] && (lungs === undefined || lungs[voxel]);
  let most = { count: 0, z: 0 };
  for (let z = 0; z < slices; z += 1) {
    let count = 0;
    for (let i = 0; i < area; i += 1) if (affected(z * area + i)) count += 1;
    if (count > most.count) most = { count, z };
  }
  let longest = { length: 0, x: 0, y: 0 };
  for (let y = 0; y < rows; y += 1) {
    let length = 0;
    for (let x = 0; x < columns; x += 1) {
      length = affected(most.z * area + y * columns + x) ? length + 1 : 0;
      if (length > longest.length) longest = { length, x: x - Math.floor(length / 2), y };
    }
  }
  return most.count === 0 ? undefined : [longest.x, longest.y, most.z];
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
