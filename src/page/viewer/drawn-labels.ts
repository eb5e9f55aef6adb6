import { outlines, type Size, surfaces } from './mask-arrays.ts';

/** How the labels of a mask are drawn: as they are, as outlines in the plane across an axis of the file, as surfaces. */
export type Drawing = 'filled' | 'surfaces' | 0 | 1 | 2;

/**
 * The labels of one mask as they are to be drawn. To find outlines takes a look at every voxel, so the last ones are kept: a
 * change of how opaque they are, or of the window, finds them again.
 *
 * @param labels - x runs fastest
 * @param wide - of outlines, voxels along each axis
 */
export function labelDrawer(labels: Uint8Array, size: Size, wide?: Size): (drawing: Drawing) => Uint8Array {
  let last: { readonly drawing: Drawing; readonly drawn: Uint8Array } | undefined;
  return (drawing) => {
    if (drawing === 'filled') return labels;
    if (last?.drawing !== drawing) {
      const drawn = drawing === 'surfaces' ? surfaces(labels, size) : outlines(labels, size, drawing, wide);
      last = { drawing, drawn };
    }
    return last.drawn;
  };
}
