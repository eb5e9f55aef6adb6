import { eachSmoothSlice } from '../../volume/gaussian.ts';
import { nextOccupied, scanMask } from '../../volume/mask-scan.ts';
import { middleCurvature } from '../../volume/middle-curvature.ts';
import type { Shape3, SpacingMm } from '../../volume/types.ts';

export interface TubeResponse {
  /** How much brighter than its surroundings a tube through the voxel is, about, HU; 0 where it is not. */
  readonly bright: Float32Array;
  /** The same for a darker one. */
  readonly dark: Float32Array;
}

/** Which tubes are looked for. */
export interface TubeWidths {
  /** Standard deviations of the bells, mm. */
  readonly scalesMm: readonly number[];
  /** Responses are multiplied by this: wide voxels blur thin tubes. 1 by default. */
  readonly gain?: number;
  /** A voxel that curves less than a tube of so much is not looked at closely and answers 0. 0 by default. */
  readonly leastHu?: number;
}

/**
 * How much of a tube there is at each voxel of `where`, over several widths: the middle curvature of the
 * smoothed volume times the square of the bell's width (Lindeberg 1998: comparable between widths), the
 * strongest of all. Sheets (fissures, walls) answer little, tubes and balls much.
 *
 * @param hu [z, y, x]; what is not to be seen is to be levelled before
 */
export function tubeResponse(
  hu: Int16Array,
  shape: Shape3,
  spacingMm: SpacingMm,
  where: Uint8Array,
  { scalesMm, gain = 1, leastHu = 0 }: TubeWidths,
): TubeResponse {
  const bright = new Float32Array(hu.length);
  const dark = new Float32Array(hu.length);
  const inner = withoutBorder(where, shape);
  const scan = scanMask(inner);
  const slice = shape[1] * shape[2];
  // Three slices are all that curvature needs: a smooth volume as a whole would be as much memory as all the rest.
  const three = new Float32Array(3 * slice);
  for (const sigma of scalesMm) {
    const square = gain * (sigma * sigma);
    const least = leastHu / (gain * (sigma * sigma));
    eachSmoothSlice(hu, shape, spacingMm, sigma, (smooth, z) => {
      three.copyWithin(0, slice);
      three.set(smooth, 2 * slice);
      if (z < 2) return;
      const start = (z - 1) * slice;
      const end = start + slice;
      const offset = start - slice;
      for (let i = nextOccupied(scan, start, end); i < end; i = nextOccupied(scan, i + 1, end)) {
        const response = square * middleCurvature(three, shape, spacingMm, i - offset, least);
        if (-response > (bright[i] as number)) bright[i] = -response;
        if (response > (dark[i] as number)) dark[i] = response;
      }
    });
  }
  return { bright, dark };
}

/** Derivatives need a neighbour on every side. */
function withoutBorder(mask: Uint8Array, [depth, height, width]: Shape3): Uint8Array {
  const out = mask.slice();
  const slice = height * width;
  out.fill(0, 0, slice);
  out.fill(0, (depth - 1) * slice);
  for (let z = 0; z < depth; z++) {
    out.fill(0, z * slice, z * slice + width);
    out.fill(0, (z + 1) * slice - width, (z + 1) * slice);
    for (let y = 0; y < height; y++) {
      out[z * slice + y * width] = 0;
      out[z * slice + (y + 1) * width - 1] = 0;
    }
  }
  return out;
}
