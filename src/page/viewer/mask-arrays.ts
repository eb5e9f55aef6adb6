/** Work on label maps in the order of their file: x runs fastest, `size` is [x, y, z]. */

export type Size = readonly [x: number, y: number, z: number];

/** Labels whose neighbour in the plane across `axis` is another, so that each region is its outline there. */
export function outlines(labels: Uint8Array, size: Size, axis: 0 | 1 | 2): Uint8Array {
  const steps = [1, size[0], size[0] * size[1]];
  const [first = 0, second = 0] = steps.filter((_, index) => index !== axis);
  // A third pair would be in the next plane: the first one again changes nothing.
  return edges(labels, first, second, first);
}

/** Labels at the surface of their region: some neighbour on the three axes is of another. */
export function surfaces(labels: Uint8Array, [columns, rows]: Size): Uint8Array {
  return edges(labels, 1, columns, columns * rows);
}

function edges(labels: Uint8Array, a: number, b: number, c: number): Uint8Array {
  const edge = new Uint8Array(labels.length);
  for (let i = 0; i < labels.length; i += 1) {
    const label = labels[i] as number;
    if (label === 0) continue;
    const inside =
      labels[i - a] === label &&
      labels[i + a] === label &&
      labels[i - b] === label &&
      labels[i + b] === label &&
      labels[i - c] === label &&
      labels[i + c] === label;
    if (!inside) edge[i] = label;
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
