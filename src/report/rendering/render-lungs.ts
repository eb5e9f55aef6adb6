import { completeSketch } from '../../pipeline/trees/complete-sketch.ts';
import { lungGrid } from '../../pipeline/trees/lung-grid.ts';
import type { PipelineMasks } from '../../pipeline/types.ts';
import type { Box } from '../../volume/box.ts';
import type { CtVolume, LabelMap } from '../../volume/types.ts';
import { blankPicture, type Picture } from '../picture.ts';
import { castBody } from './cast-body.ts';
import { clearCrossings, newCrossings } from './crossings.ts';
import { draftLungs, type LungDraft } from './draft-lungs.ts';
import { frameBox, type PictureSize, type Side, sides } from './frame.ts';
import { lungBodies } from './lung-bodies.ts';
import { shadePixel } from './shade-pixel.ts';

export interface LungFacts {
  readonly volume: CtVolume;
  readonly masks: PipelineMasks;
  /** The box around the lobes, where it is known. */
  readonly lungs?: Box | undefined;
  /** What was made of volume and lobes before; the picture is the same without it. */
  readonly draft?: LungDraft | undefined;
}

/**
 * The lungs in three dimensions, from front and back, head up, on black: lobes as coloured glass around opacities,
 * airways and vessels. Rays are cast through every pixel along the volume's y to where they cross the surfaces
 * (after Levoy 1988), once for both sides. Without lungs the pictures are black.
 *
 * For looking at, not for measuring: everything is seen in blocks of about 2 mm, and airways and vessels are
 * sketched (`completeSketch`).
 */
export function renderLungs(
  { volume, masks, lungs, draft = draftOf(volume, masks.lobes, lungs) }: LungFacts,
  size: PictureSize,
): Readonly<Record<Side, Picture>> {
  const { width, height } = size;
  const pictures = { front: blankPicture(width, height), back: blankPicture(width, height) };
  if (draft === undefined) return pictures;
  const sketch = completeSketch(draft.trees, masks.opacities);
  const { spacingMm } = volume;
  const { start, end } = sketch.lungBox;
  const frame = frameBox(sketch.lungBox, spacingMm, size);
  const depths = { near: start[1] * spacingMm[1], far: end[1] * spacingMm[1] };
  const bodies = lungBodies(sketch, draft.shells, masks.opacities);
  const casts = bodies.map(({ field }, index) => castBody(field, index, frame));
  const crossings = newCrossings(width);
  for (let row = 0; row < height; row++) {
    clearCrossings(crossings);
    for (const cast of casts) cast(crossings, frame.top - row * frame.mmPerPixel);
    for (let column = 0; column < width; column++) {
      if ((crossings.first[column] as number) < 0) continue;
      for (const side of sides) {
        const at = 3 * (row * width + (side === 'front' ? column : width - 1 - column));
        shadePixel(crossings, column, bodies, side, depths, pictures[side].data, at);
      }
    }
  }
  return pictures;
}

function draftOf(volume: CtVolume, lobes: LabelMap, lungs: Box | undefined): LungDraft | undefined {
  const there = lungGrid(volume, lobes, lungs);
  return there && draftLungs(volume, there);
}
