/** Draws grey levels, row by row. */
export function drawGrey(
  canvas: HTMLCanvasElement,
  grey: Uint8ClampedArray,
  { rows, columns }: { readonly rows: number; readonly columns: number },
): void {
  canvas.width = columns;
  canvas.height = rows;
  const rgba = new ImageData(columns, rows);
  for (let i = 0; i < grey.length; i += 1)
    rgba.data.fill(grey[i] ?? 0, i * 4, i * 4 + 3).fill(255, i * 4 + 3, i * 4 + 4);
  canvas.getContext('2d')?.putImageData(rgba, 0, 0);
}
