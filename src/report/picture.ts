/** Red, green and blue, 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number];

/** An image of 8-bit colours: three bytes a pixel, rows from top to bottom. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** @returns a black picture */
export function blankPicture(width: number, height: number): Picture {
  return { width, height, data: new Uint8Array(width * height * 3) };
}
