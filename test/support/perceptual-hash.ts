import { resizePlane } from '../../src/volume/resize.ts';

/** Values of a picture, one a pixel, rows from top to bottom. */
export interface Brightness {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** How light, and how far from grey, each pixel is, of `channels` bytes a pixel. */
export function lightAndColour(
  picture: { readonly width: number; readonly height: number; readonly data: Uint8Array },
  channels: 3 | 4,
): { readonly light: Brightness; readonly colour: Brightness } {
  const { width, height, data } = picture;
  const light = new Float32Array(width * height);
  const colour = new Float32Array(width * height);
  for (let i = 0; i < light.length; i++) {
    const [red, green, blue] = data.subarray(channels * i, channels * i + 3) as unknown as [
      number,
      number,
      number,
    ];
    light[i] = (red + green + blue) / 3;
    colour[i] = Math.max(red, green, blue) - Math.min(red, green, blue);
  }
  return { light: { width, height, data: light }, colour: { width, height, data: colour } };
}

/** The difference hash of 64 bits (dHash, Krawetz 2013): of 9 x 8 averages, whether each is lighter than the next. */
export function differenceHash({ width, height, data }: Brightness): bigint {
  const small = resizePlane(data, [height, width], [8, 9]);
  let hash = 0n;
  for (let y = 0; y < 8; y++) {
    for (let x = 0; x < 8; x++) {
      const isLighter = (small[9 * y + x] as number) > (small[9 * y + x + 1] as number);
      hash = (hash << 1n) | (isLighter ? 1n : 0n);
    }
  }
  return hash;
}

/** In how many bits two hashes differ. */
export function hammingDistance(a: bigint, b: bigint): number {
  return (a ^ b).toString(2).replaceAll('0', '').length;
}
