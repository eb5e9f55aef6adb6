import { flood } from '../../volume/flood.ts';
import { voxelMl } from '../../volume/types.ts';
import type { FineGrid } from './fine-grid.ts';

/** Gas that fills a block of the trachea or a main bronchus is darker than this (HU). */
const lumenHu = -930;
/** A bronchus inside a lung, blurred with its wall, is no brighter than this (HU). */
const bronchusHu = -700;
/** How much of a dark tube a block must be, from strict to loose (HU). */
const responses = [80, 60, 50, 40, 32, 26, 20, 16] as const;
/** A step to the next of them that adds more than this factor, and more than the slack, broke through a wall. */
const burst = 1.25;
const slackMl = 1.5;

/**
 * The lumen of trachea and bronchi on the fine grid: from the gas of the central ones through dark tubes, by
 * the loosest of a row of thresholds that does not burst into the lungs (after Mori et al. 2000, explosion
 * control). The blurred rim of the lumen is left out.
 *
 * @param central 1 in and about the trachea and main bronchi, as `findAirways` gives them
 * @param dark from `tubeResponse`
 */
export function growAirways(
  { hu, shape, spacingMm }: FineGrid,
  central: Uint8Array,
  dark: Float32Array,
): Uint8Array {
  const open = new Uint8Array(hu.length);
  const seeds: number[] = [];
  for (let i = 0; i < open.length; i++) {
    if (central[i] === 0 || (hu[i] as number) >= lumenHu) continue;
    open[i] = 1;
    seeds.push(i);
  }
  let grown: Uint8Array = open.slice();
  if (seeds.length === 0) return grown;
  const ml = voxelMl(spacingMm);
  let grownMl = seeds.length * ml;
  const tubes = darkTubes(hu, dark, open);
  for (const response of responses) {
    for (const i of tubes) if ((dark[i] as number) > response) open[i] = 1;
    const candidate = flood(open, shape, seeds);
    let voxels = seeds.length;
    for (const i of tubes) voxels += candidate[i] as number;
    const candidateMl = voxels * ml;
    if (candidateMl > burst * grownMl && candidateMl > grownMl + slackMl) break;
    grown = candidate;
    grownMl = candidateMl;
  }
  return grown;
}

/** The blocks, none of them `open`, that ever count as part of a bronchus. */
function darkTubes(hu: Int16Array, dark: Float32Array, open: Uint8Array): readonly number[] {
  const least = responses[responses.length - 1] as number;
  const out: number[] = [];
  for (let i = 0; i < open.length; i++) {
    if ((dark[i] as number) > least && open[i] === 0 && (hu[i] as number) < bronchusHu) out.push(i);
  }
  return out;
}
