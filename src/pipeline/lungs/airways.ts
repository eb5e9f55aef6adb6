import { type Box, boundingBox, boxShape, crop, eachRow } from '../../volume/box.ts';
import { findComponents } from '../../volume/components.ts';
import { flood } from '../../volume/flood.ts';
import { dilate } from '../../volume/morphology.ts';
import { type Shape3, voxelCount, voxelMl } from '../../volume/types.ts';
import { tissueHu } from './body-mask.ts';
import type { WorkGrid } from './work-grid.ts';

/** The lumen of the trachea is darker than this (HU), lung parenchyma rarely so. */
const lumenHu = -900;
const lumenAreaMm2 = { min: 60, max: 900 };
const lumenWidthMm = 45;
/** A trachea starts this near the body's mid-line, and moves less than this from slice to slice. */
const fromMidlineMm = 45;
const wanderMm = 10;
/** A track shorter than this is no trachea. */
const minLengthMm = 30;
/** Main bronchi lie within this distance of the carina; growth beyond would be growth into the lungs. */
const aroundCarinaMm = 60;
/** Growth thresholds from strict to loose (HU), and the most that main bronchi hold (mL). */
const growthHu = [-970, -960, -950, -940, -930, -920, -910, -900, -890, -880, -870, -860];
const maxBronchiMl = 40;
/** A step of 10 HU that adds more than this factor has broken through a wall. */
const burst = 1.7;
/** The blurred wall of an airway, which is air by threshold (mm). */
const wallMm = 2.5;

interface Lumen {
  readonly z: number;
  readonly y: number;
  readonly x: number;
  readonly areaMm2: number;
  readonly voxels: readonly number[];
}

/**
 * Trachea and main bronchi: a dark round lumen near the mid-line, followed downwards slice by slice until it
 * widens into the carina, then grown from there within 60 mm by the loosest threshold that does not burst
 * into the lungs (after Mori et al. 2000, explosion control). Empty where no trachea is found.
 */
export function findAirways(grid: WorkGrid, body: Uint8Array): Uint8Array {
  const track = longestTrack(grid, body);
  const lumen = new Uint8Array(body.length);
  if (track.length === 0) return lumen;
  for (const slice of track) for (const voxel of slice.voxels) lumen[voxel] = 1;
  growBronchi(grid, body, lumen, track);
  return withWalls(grid, body, lumen);
}

/** The lumen with its blurred wall, which is air by threshold, inside the body. */
function withWalls({ hu, shape, spacingMm }: WorkGrid, body: Uint8Array, lumen: Uint8Array): Uint8Array {
  const out = new Uint8Array(lumen.length);
  const radiusMm = Math.max(wallMm, 1.01 * spacingMm[2]);
  const reach = spacingMm.map((mm) => Math.ceil(radiusMm / mm)) as [number, number, number];
  // An airway fills a small part of the chest.
  const box = boundingBox(lumen, shape, reach);
  if (box === undefined) return out;
  const airways = dilate(crop(lumen, shape, box), boxShape(box), spacingMm, radiusMm);
  eachRow(shape, box, (at, inBox, length) => {
    for (let i = 0; i < length; i++) {
      const isAir = body[at + i] !== 0 && (hu[at + i] as number) < tissueHu;
      if (isAir && airways[inBox + i] !== 0) out[at + i] = 1;
    }
  });
  return out;
}

/** The trachea as its lumen in each slice, from the head down. */
function longestTrack(grid: WorkGrid, body: Uint8Array): readonly Lumen[] {
  const midline = bodyMidline(grid.shape, body);
  let best: Lumen[] = [];
  let open: Lumen[][] = [];
  for (let z = grid.shape[0] - 1; z >= 0; z--) {
    const candidates = lumensInSlice(grid, body, z);
    const taken = new Set<Lumen>();
    const next: Lumen[][] = [];
    for (const track of open) {
      const last = track[track.length - 1] as Lumen;
      const found = nearest(candidates, last, grid);
      if (found !== undefined && !taken.has(found)) {
        taken.add(found);
        track.push(found);
        next.push(track);
      } else if ((last.z - z) * grid.spacingMm[0] < 2 * wanderMm) {
        next.push(track);
      }
    }
    for (const candidate of candidates) {
      if (!taken.has(candidate) && Math.abs(candidate.x - midline) * grid.spacingMm[2] < fromMidlineMm) {
        next.push([candidate]);
      }
    }
    open = next;
    for (const track of open) if (track.length > best.length) best = track;
  }
  return best.length * grid.spacingMm[0] >= minLengthMm ? best : [];
}

/** Mean column of the body in the upper half of the scan. */
function bodyMidline([depth, height, width]: Shape3, body: Uint8Array): number {
  let sum = 0;
  let count = 0;
  for (let row = Math.floor(depth / 2) * height * width; row < body.length; row += width) {
    for (let x = 0; x < width; x++) {
      if (body[row + x] === 0) continue;
      sum += x;
      count++;
    }
  }
  return count === 0 ? width / 2 : sum / count;
}

function lumensInSlice({ hu, shape, spacingMm }: WorkGrid, body: Uint8Array, z: number): Lumen[] {
  const [, height, width] = shape;
  const offset = z * height * width;
  const dark = new Uint8Array(height * width);
  for (let i = 0; i < dark.length; i++) {
    dark[i] = body[offset + i] !== 0 && (hu[offset + i] as number) < lumenHu ? 1 : 0;
  }
  const { runs, numbers, count, sizes } = findComponents(dark, [1, height, width]);
  const pixelMm2 = spacingMm[1] * spacingMm[2];
  const members = new Map<number, number[]>();
  for (let label = 1; label <= count; label++) {
    const areaMm2 = (sizes[label] as number) * pixelMm2;
    if (areaMm2 >= lumenAreaMm2.min && areaMm2 <= lumenAreaMm2.max) members.set(label, []);
  }
  if (members.size === 0) return [];
  numbers.forEach((label, run) => {
    const pixels = members.get(label);
    if (pixels === undefined) return;
    for (let i = runs[2 * run] as number; i < (runs[2 * run + 1] as number); i++) pixels.push(i);
  });
  return [...members.values()].flatMap((pixels) => {
    const xs = pixels.map((i) => i % width);
    const ys = pixels.map((i) => Math.floor(i / width));
    const extentX = (Math.max(...xs) - Math.min(...xs) + 1) * spacingMm[2];
    const extentY = (Math.max(...ys) - Math.min(...ys) + 1) * spacingMm[1];
    if (Math.max(extentX, extentY) > lumenWidthMm) return [];
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    const voxels = pixels.map((i) => offset + i);
    return [{ z, y: mean(ys), x: mean(xs), areaMm2: pixels.length * pixelMm2, voxels }];
  });
}

/** The lumen that continues a track: near it, and not much wider, which would be the carina or a leak. */
function nearest(candidates: readonly Lumen[], last: Lumen, { spacingMm }: WorkGrid): Lumen | undefined {
  let best: Lumen | undefined;
  let bestMm = wanderMm;
  for (const candidate of candidates) {
    const mm = Math.hypot((candidate.y - last.y) * spacingMm[1], (candidate.x - last.x) * spacingMm[2]);
    if (mm < bestMm && candidate.areaMm2 < 2.5 * last.areaMm2) {
      best = candidate;
      bestMm = mm;
    }
  }
  return best;
}

/** Adds to `lumen` what grows from it around the lower end of the track. */
function growBronchi(grid: WorkGrid, body: Uint8Array, lumen: Uint8Array, track: readonly Lumen[]): void {
  const carina = track[track.length - 1] as Lumen;
  const box = boxAround(grid, carina, aroundCarinaMm);
  const shape = boxShape(box);
  const hu = crop(grid.hu, grid.shape, box);
  const inBody = crop(body, grid.shape, box);
  const known = crop(lumen, grid.shape, box);
  const reach = ballAround(grid, box, carina, aroundCarinaMm);
  const trachea: number[] = [];
  // Below which threshold a voxel is air: the trachea below any, what is outside the body below none.
  const levels = new Int16Array(reach.length);
  for (let k = 0; k < levels.length; k++) {
    const i = reach[k] as number;
    if (known[i] !== 0) trachea.push(i);
    levels[k] = known[i] !== 0 ? -32768 : inBody[i] !== 0 ? (hu[i] as number) : 32767;
  }
  const trackVoxels = trachea.length;
  const ml = voxelMl(grid.spacingMm);
  const air = new Uint8Array(known.length);
  let grown: Uint8Array | undefined;
  let grownVoxels = 0;
  for (const threshold of growthHu) {
    for (let k = 0; k < levels.length; k++) {
      if ((levels[k] as number) < threshold) air[reach[k] as number] = 1;
    }
    const candidate = flood(air, shape, trachea);
    let voxels = -trackVoxels;
    for (let i = 0; i < candidate.length; i++) voxels += candidate[i] as number;
    const slack = 2 / ml;
    if (voxels * ml > maxBronchiMl || (grown !== undefined && voxels > burst * grownVoxels + slack)) break;
    grown = candidate;
    grownVoxels = voxels;
  }
  if (grown === undefined) return;
  const found = grown;
  eachRow(grid.shape, box, (at, inBox, length) => {
    for (let i = 0; i < length; i++) if (found[inBox + i] !== 0) lumen[at + i] = 1;
  });
}

function boxAround({ shape, spacingMm }: WorkGrid, centre: Lumen, radiusMm: number): Box {
  const reach = spacingMm.map((mm) => radiusMm / mm) as [number, number, number];
  const at = [centre.z, centre.y, centre.x] as const;
  const low = (axis: 0 | 1 | 2) => Math.max(0, Math.floor(at[axis] - reach[axis]));
  const high = (axis: 0 | 1 | 2) => Math.min(shape[axis], Math.ceil(at[axis] + reach[axis]) + 1);
  return { start: [low(0), low(1), low(2)], end: [high(0), high(1), high(2)] };
}

/** The voxels of a box within a radius, as indices in the box. */
function ballAround({ spacingMm }: WorkGrid, box: Box, centre: Lumen, radiusMm: number): Int32Array {
  const out = new Int32Array(voxelCount(boxShape(box)));
  let count = 0;
  // Math.hypot decides at the surface alone: it costs ten times as much as the squares.
  const inner = (radiusMm * (1 - 1e-6)) ** 2;
  const outer = (radiusMm * (1 + 1e-6)) ** 2;
  let index = 0;
  for (let z = box.start[0]; z < box.end[0]; z++) {
    const mmZ = (z - centre.z) * spacingMm[0];
    for (let y = box.start[1]; y < box.end[1]; y++) {
      const mmY = (y - centre.y) * spacingMm[1];
      for (let x = box.start[2]; x < box.end[2]; x++, index++) {
        const mmX = (x - centre.x) * spacingMm[2];
        const square = mmZ * mmZ + mmY * mmY + mmX * mmX;
        if (square < inner || (square < outer && Math.hypot(mmZ, mmY, mmX) <= radiusMm)) out[count++] = index;
      }
    }
  }
  return out.subarray(0, count);
}
