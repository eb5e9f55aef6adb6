/** sRGB (IEC 61966-2-1) to XYZ by D50, Bradford-adapted (Lindbloom). */
const toXyz = [
  [0.4360747, 0.3850649, 0.1430804],
  [0.2225045, 0.7168786, 0.0606169],
  [0.0139322, 0.0971045, 0.7141733],
] as const;
const whiteD50 = [0.96422, 1, 0.82521] as const;

/**
 * A colour, 0 to 255, as DICOM writes it: the CIELab of the profile connection space (D50), each of L* 0..100 and a*, b*
 * -128..127 as 0..65535 (PS3.3 C.10.7.1.1).
 */
export function cielab(colour: readonly [red: number, green: number, blue: number]): readonly number[] {
  const linear = colour.map((value) => {
    const c = value / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  const [x, y, z] = toXyz.map((row, axis) => {
    const sum = row.reduce((total, weight, i) => total + weight * (linear[i] as number), 0);
    return compressed(sum / (whiteD50[axis] as number));
  }) as [number, number, number];
  const l = 116 * y - 16;
  const [a, b] = [500 * (x - y), 200 * (y - z)];
  return [l / 100, (a + 128) / 255, (b + 128) / 255].map((part) => Math.round(clamped(part) * 0xffff));
}

/** CIE 15: the cube root, and a line below (6/29)^3. */
function compressed(t: number): number {
  return t > (6 / 29) ** 3 ? Math.cbrt(t) : t / (3 * (6 / 29) ** 2) + 4 / 29;
}

function clamped(part: number): number {
  return Math.min(1, Math.max(0, part));
}
