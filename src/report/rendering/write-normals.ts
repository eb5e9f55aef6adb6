import type { Field } from './body.ts';
import type { Crossings } from './crossings.ts';

/**
 * Writes the unit normal of the surface at every crossing of a row from `from` on, out of the body: against the slope
 * of the field, which is taken by central differences at the eight values around the crossing and mixed between them.
 * And how steep the field is across the ray, which runs along y: per mm.
 *
 * One loop over all of them, and every value named: half a million surfaces are crossed, and a call for each, with
 * numbers that it must put on the heap, took three times as long.
 *
 * @param z of the row, in values from the first
 */
export function writeNormals(
  { values, shape: [depth, height, width], spacingMm: [mmZ, mmY, mmX] }: Field,
  z: number,
  { x: xs, y: ys, normals, steepness, count }: Crossings,
  from: number,
): void {
  const slice = height * width;
  const z0 = Math.max(1, Math.min(depth - 3, Math.floor(z)));
  const fz = z - z0;
  for (let id = from; id < count; id++) {
    const y = ys[id] as number;
    const x = xs[id] as number;
    const y0 = Math.max(1, Math.min(height - 3, Math.floor(y)));
    const x0 = Math.max(1, Math.min(width - 3, Math.floor(x)));
    const fy = y - y0;
    const fx = x - x0;
    // Of the four rows along x around it, by z and y: what lies before (a) and behind (b) it, and what each counts.
    const i00 = z0 * slice + y0 * width + x0;
    const i01 = i00 + width;
    const i10 = i00 + slice;
    const i11 = i10 + width;
    const a00 = values[i00] as number;
    const b00 = values[i00 + 1] as number;
    const a01 = values[i01] as number;
    const b01 = values[i01 + 1] as number;
    const a10 = values[i10] as number;
    const b10 = values[i10 + 1] as number;
    const a11 = values[i11] as number;
    const b11 = values[i11 + 1] as number;
    const w00 = (1 - fz) * (1 - fy);
    const w01 = (1 - fz) * fy;
    const w10 = fz * (1 - fy);
    const w11 = fz * fy;
    const n00 = w00 * (1 - fx);
    const f00 = w00 * fx;
    const n01 = w01 * (1 - fx);
    const f01 = w01 * fx;
    const n10 = w10 * (1 - fx);
    const f10 = w10 * fx;
    const n11 = w11 * (1 - fx);
    const f11 = w11 * fx;
    const alongX =
      (n00 * (b00 - (values[i00 - 1] as number)) +
        f00 * ((values[i00 + 2] as number) - a00) +
        n01 * (b01 - (values[i01 - 1] as number)) +
        f01 * ((values[i01 + 2] as number) - a01) +
        n10 * (b10 - (values[i10 - 1] as number)) +
        f10 * ((values[i10 + 2] as number) - a10) +
        n11 * (b11 - (values[i11 - 1] as number)) +
        f11 * ((values[i11 + 2] as number) - a11)) /
      (2 * mmX);
    const alongY =
      (n00 * (a01 - (values[i00 - width] as number)) +
        f00 * (b01 - (values[i00 + 1 - width] as number)) +
        n01 * ((values[i01 + width] as number) - a00) +
        f01 * ((values[i01 + 1 + width] as number) - b00) +
        n10 * (a11 - (values[i10 - width] as number)) +
        f10 * (b11 - (values[i10 + 1 - width] as number)) +
        n11 * ((values[i11 + width] as number) - a10) +
        f11 * ((values[i11 + 1 + width] as number) - b10)) /
      (2 * mmY);
    const alongZ =
      (n00 * (a10 - (values[i00 - slice] as number)) +
        f00 * (b10 - (values[i00 + 1 - slice] as number)) +
        n01 * (a11 - (values[i01 - slice] as number)) +
        f01 * (b11 - (values[i01 + 1 - slice] as number)) +
        n10 * ((values[i10 + slice] as number) - a00) +
        f10 * ((values[i10 + 1 + slice] as number) - b00) +
        n11 * ((values[i11 + slice] as number) - a01) +
        f11 * ((values[i11 + 1 + slice] as number) - b01)) /
      (2 * mmZ);
    const across = Math.sqrt(alongX * alongX + alongZ * alongZ);
    const outwards = -1 / Math.max(1e-9, Math.sqrt(across * across + alongY * alongY));
    normals[3 * id] = alongX * outwards;
    normals[3 * id + 1] = alongY * outwards;
    normals[3 * id + 2] = alongZ * outwards;
    steepness[id] = across;
  }
}
