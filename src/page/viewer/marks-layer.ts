import { element, fill } from '../dom/element.ts';
import type { TileMarks } from './tile-marks.ts';

export interface MarksLayer {
  readonly layer: HTMLElement;
  /** Lengths are pixels of the page. */
  show(tiles: readonly TileMarks[]): void;
}

/** Letters, points and scale bars above the canvas; what they say is said beside it, so that a screen reader skips them. */
export function marksLayer(): MarksLayer {
  const layer = element('div', { class: 'marks', 'aria-hidden': 'true' });
  let shown = '';
  return {
    layer,
    show(tiles) {
      // It is drawn far more often than it changes.
      const next = JSON.stringify(tiles);
      if (next === shown) return;
      shown = next;
      fill(layer, ...tiles.flatMap(marksOf));
    },
  };
}

function marksOf({ letters, point, bar }: TileMarks): HTMLElement[] {
  const drawn = letters.map(({ text, side, at }) =>
    placed(element('span', { class: `side-letter at-${side}` }, text), at.x, at.y),
  );
  if (point !== undefined) drawn.push(placed(element('span', { class: 'point' }), point.x, point.y));
  if (bar !== undefined) {
    const made = element('span', { class: 'ruler' }, `${bar.mm} mm`);
    made.style.width = `${bar.width}px`;
    drawn.push(placed(made, bar.right, bar.bottom));
  }
  return drawn;
}

function placed<One extends HTMLElement>(made: One, x: number, y: number): One {
  made.style.left = `${x}px`;
  made.style.top = `${y}px`;
  return made;
}
