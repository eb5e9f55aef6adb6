import { type Box, widen } from '../../volume/box.ts';
import type { SpacingMm } from '../../volume/types.ts';
import { voxelsIn } from './body-plane.ts';
import type { MaskSurvey } from './survey-masks.ts';

/** Around the lungs on every picture: the chest wall, for orientation, and room for letters. */
const marginMm = 20;
/** A slice of a zone shows something else than the most affected one: it is at least so far from it. */
const apartMm = 20;

/** Which planes are shown, as indices along the volume's axes, and which part of them. */
export interface ChosenPlanes {
  readonly box: Box;
  readonly mostAffected: number;
  readonly upper: number;
  readonly middle: number;
  readonly lower: number;
  readonly coronal: number;
  readonly sagittal: number;
}

/**
 * Chooses the planes that show most opacity; where there is none, those that show the lungs.
 *
 * The zones are thirds of the height of the lungs, as readers part them: by height and not by voxels, so that disease
 * does not move them by what it takes out of a lung. Each shows the slice with the most opacity in it, or its middle
 * one, apart from the most affected slice, which is shown already.
 *
 * @param mostAffectedSlice index z, where it is known already
 */
export function choosePlanes(
  survey: MaskSurvey,
  spacingMm: SpacingMm,
  mostAffectedSlice?: number,
): ChosenPlanes {
  const [byZ, byY, byX] = survey.opacities;
  const box = shownBox(survey, spacingMm);
  const { start, end } = survey.lungs ?? box;
  const mostAffected = mostAffectedSlice ?? largest(byZ) ?? middleOf(start[0], end[0]);
  const third = (end[0] - start[0]) / 3;
  const zone = (from: number, to: number) => {
    const low = Math.min(end[0] - 1, Math.round(from));
    const slices = range(low, Math.max(low + 1, Math.round(to)));
    const apart = slices.filter((z) => Math.abs(z - mostAffected) * spacingMm[0] >= apartMm);
    return showing(apart.length > 0 ? apart : slices, byZ);
  };
  return {
    box,
    mostAffected,
    upper: zone(start[0] + 2 * third, end[0]),
    middle: zone(start[0] + third, start[0] + 2 * third),
    lower: zone(start[0], start[0] + third),
    coronal: largest(byY) ?? middleOf(start[1], end[1]),
    // The middle of the right lung rather than that of the chest.
    sagittal: largest(byX) ?? middleOf(start[2], middleOf(start[2], end[2])),
  };
}

/** The box around the lungs with a margin, within the volume; the whole of it where there are no lungs. */
export function shownBox({ lungs, shape }: MaskSurvey, spacingMm: SpacingMm): Box {
  if (lungs === undefined) return { start: [0, 0, 0], end: shape };
  return widen(lungs, shape, voxelsIn(marginMm, spacingMm));
}

/** Index of the largest count, the lowest of equals; undefined where all are 0. */
function largest(counts: Uint32Array): number | undefined {
  const best = counts.reduce((at, count, i) => (count > (counts[at] as number) ? i : at), 0);
  return (counts[best] ?? 0) > 0 ? best : undefined;
}

/** Of some slices the one with the most opacity, the lowest of equals; their middle one where none has any. */
function showing(slices: readonly number[], byZ: Uint32Array): number {
  const counts = Uint32Array.from(slices, (z) => byZ[z] ?? 0);
  return slices[largest(counts) ?? slices.length >> 1] as number;
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

function middleOf(start: number, end: number): number {
  return (start + end) >> 1;
}
