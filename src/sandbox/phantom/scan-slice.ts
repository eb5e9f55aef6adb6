import type { Shape3, SpacingMm } from '../../volume/types.ts';
import type { PlaneGrid } from './body-frame.ts';
import { createRandom } from './random.ts';
import { reconstructSlice, type Scanner } from './reconstruct.ts';
import { type Plane, renderPlane } from './render-plane.ts';
import type { Scene } from './scene.ts';

/** How a scene is scanned: the volume's grid, centred on the chest. */
export interface Scan {
  readonly shape: Shape3;
  readonly spacingMm: SpacingMm;
  readonly grid: PlaneGrid;
  /** Position of the centre of voxel [0, 0, 0] in the patient's frame (LPS, mm). */
  readonly originMm: readonly [x: number, y: number, z: number];
}

/** One slice and what is really in it, [y, x]. */
export interface ScannedSlice {
  readonly hu: Int16Array;
  /** 0 outside the lungs, else index in `lobes` + 1. */
  readonly lobes: Uint8Array;
  /** 1 where there is opacity, inside the lungs only. */
  readonly opacities: Uint8Array;
}

const scanner: Scanner = { blur: 0.08, noiseHu: 11 };
/** Thin layers that are averaged into one slice. */
const layers = 2;

/** Lays the grid around the middle of the body, a little towards the table. */
export function planScan({ plan }: Scene, shape: Shape3, spacingMm: SpacingMm): Scan {
  const centres = (count: number, pitch: number, middle: number) =>
    Float64Array.from({ length: count }, (_, i) => middle + (i - (count - 1) / 2) * pitch);
  const grid = { xs: centres(shape[2], spacingMm[2], 0), ys: centres(shape[1], spacingMm[1], 6) };
  const lowest = Math.round(0.49 * plan.lungHeight) - (spacingMm[0] * (shape[0] - 1)) / 2;
  return { shape, spacingMm, grid, originMm: [grid.xs[0] as number, grid.ys[0] as number, lowest] };
}

/** Slice k of a scan, 0 nearest to the feet; each slice can be made on its own. */
export function scanSlice(scene: Scene, scan: Scan, k: number): ScannedSlice {
  const thickness = scan.spacingMm[0];
  const plane = meanPlane(scene, scan.grid, scan.originMm[2] + k * thickness, thickness);
  const size = plane.hu.length;
  const slice = { hu: new Int16Array(size), lobes: new Uint8Array(size), opacities: new Uint8Array(size) };
  const random = createRandom(scene.seed, `noise of slice ${k}`);
  reconstructSlice(random, plane.hu, scan.shape[2], scanner, slice.hu);
  for (let i = 0; i < size; i += 1) {
    if ((plane.lung[i] as number) >= 0.5) {
      slice.lobes[i] = plane.lobe[i] as number;
      slice.opacities[i] = (plane.opacity[i] as number) >= 0.5 ? 1 : 0;
    }
  }
  return slice;
}

/** The mean of thin layers through one slice; the lobe is that of the uppermost. */
function meanPlane(scene: Scene, grid: PlaneGrid, z: number, thickness: number): Plane {
  const planes = Array.from({ length: layers }, (_, i) => {
    const centre = z + ((i + 0.5) / layers - 0.5) * thickness;
    return renderPlane(scene, grid, centre, thickness / layers / 2);
  });
  const mean = planes.pop() as Plane;
  for (const part of ['hu', 'lung', 'opacity'] as const) {
    const sum = mean[part];
    for (let i = 0; i < sum.length; i += 1) {
      let value = sum[i] as number;
      for (const plane of planes) {
        value += plane[part][i] as number;
      }
      sum[i] = value / layers;
    }
  }
  return mean;
}
