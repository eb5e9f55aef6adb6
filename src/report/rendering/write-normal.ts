import type { Field } from './body.ts';

/**
 * Writes the unit normal of the surface through a point, out of the body: against the slope of the field, which is
 * taken by central differences at the eight values around the point and mixed between them.
 *
 * @param z y and x: the point, in values from the first
 * @param out x, y and z of the normal from index `to` on
 * @returns how steep the field is across the ray, which runs along y: per mm
 */
export function writeNormal(
  { values, shape: [depth, height, width], spacingMm: [mmZ, mmY, mmX] }: Field,
  z: number,
  y: number,
  x: number,
  out: Float32Array,
  to: number,
): number {
  const slice = height * width;
  const z0 = Math.max(1, Math.min(depth - 3, Math.floor(z)));
  const y0 = Math.max(1, Math.min(height - 3, Math.floor(y)));
  const x0 = Math.max(1, Math.min(width - 3, Math.floor(x)));
  const fz = z - z0;
  const fy = y - y0;
  const fx = x - x0;
  let alongX = 0;
  let alongY = 0;
  let alongZ = 0;
  for (let dz = 0; dz < 2; dz++) {
    for (let dy = 0; dy < 2; dy++) {
      const weight = (dz === 0 ? 1 - fz : fz) * (dy === 0 ? 1 - fy : fy);
      const near = weight * (1 - fx);
      const far = weight * fx;
      const i = (z0 + dz) * slice + (y0 + dy) * width + x0;
      alongX += near * ((values[i + 1] as number) - (values[i - 1] as number));
      alongX += far * ((values[i + 2] as number) - (values[i] as number));
      alongY += near * ((values[i + width] as number) - (values[i - width] as number));
      alongY += far * ((values[i + 1 + width] as number) - (values[i + 1 - width] as number));
      alongZ += near * ((values[i + slice] as number) - (values[i - slice] as number));
      alongZ += far * ((values[i + 1 + slice] as number) - (values[i + 1 - slice] as number));
    }
  }
  alongX /= 2 * mmX;
  alongY /= 2 * mmY;
  alongZ /= 2 * mmZ;
  const across = Math.sqrt(alongX * alongX + alongZ * alongZ);
  const outwards = -1 / Math.max(1e-9, Math.sqrt(across * across + alongY * alongY));
  out[to] = alongX * outwards;
  out[to + 1] = alongY * outwards;
  out[to + 2] = alongZ * outwards;
  return across;
}
