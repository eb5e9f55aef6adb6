import type { Colour, Picture } from '../picture.ts';

/** Edges in pixels; they need not be whole. */
export interface PixelBox {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Fills a box; a pixel that it covers in part takes its colour in part. What lies outside is not drawn. */
export function fillBox({ data, width, height }: Picture, box: PixelBox, colour: Colour, opacity = 1): void {
  const left = Math.max(0, Math.floor(box.left));
  const right = Math.min(width, Math.ceil(box.right));
  for (let y = Math.max(0, Math.floor(box.top)); y < Math.min(height, Math.ceil(box.bottom)); y++) {
    const down = Math.min(y + 1, box.bottom) - Math.max(y, box.top);
    for (let x = left; x < right; x++) {
      const across = Math.min(x + 1, box.right) - Math.max(x, box.left);
      const part = down * across * opacity;
      if (part <= 0) continue;
      const p = 3 * (y * width + x);
      for (let c = 0; c < 3; c++) {
        data[p + c] = Math.round((data[p + c] as number) * (1 - part) + (colour[c] as number) * part);
      }
    }
  }
}
