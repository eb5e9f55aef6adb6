import type { Notice } from '../errors.ts';
import type { CtVolume, LabelMap } from '../volume/types.ts';
import { findAirways } from './lungs/airways.ts';
import { bodyMask } from './lungs/body-mask.ts';
import { classicalLungs } from './lungs/classical-lungs.ts';
import { askLobeNetwork } from './lungs/lobe-network.ts';
import { nameLobes } from './lungs/name-lobes.ts';
import { networkOnGrid } from './lungs/network-on-grid.ts';
import { ontoVolume } from './lungs/onto-volume.ts';
import { lungNotices } from './lungs/plausibility.ts';
import { uniteLungs } from './lungs/unite-lungs.ts';
import { makeWorkGrid } from './lungs/work-grid.ts';
import type { Network, PipelineHooks, PipelineParameters } from './types.ts';

export interface LungHooks extends Pick<PipelineHooks, 'throwIfCancelled'> {
  readonly onProgress: (stage: 'lungs', fraction: number) => void;
}

export interface SegmentedLungs {
  /** On the volume's own grid: 0 outside the lungs, else the lobe's label (index in `lobes` + 1). */
  readonly lobes: LabelMap;
  /** What is doubtful about them. */
  readonly warnings: readonly Notice[];
}

/** The network's part of this stage's time, about. */
const networkShare = 0.8;

/**
 * Lungs and lobes, PIPELINE.md 3: the body without the table, then what the lobe network and a threshold call
 * lung inside it, united, filled up to the chest wall and freed of the airways, then the network's lobes
 * carried to every voxel, all on a grid of about 2 mm, and last back on the volume's own grid. No lung gives
 * an empty map and a warning, no error; only a cancelled run or a failing network throws.
 *
 * @throws LobarError `inference-failed`; whatever `hooks.throwIfCancelled` throws
 */
export async function segmentLungs(
  volume: CtVolume,
  network: Network,
  parameters: PipelineParameters['lungsLobes'],
  hooks: LungHooks,
): Promise<SegmentedLungs> {
  hooks.onProgress('lungs', 0);
  const grid = makeWorkGrid(volume);
  const body = bodyMask(grid);
  const answer = await askLobeNetwork(volume, grid, body, network, parameters, {
    throwIfCancelled: hooks.throwIfCancelled,
    onFraction: (fraction) => hooks.onProgress('lungs', networkShare * fraction),
  });
  hooks.throwIfCancelled();
  const named = networkOnGrid(volume, grid, answer);
  const airways = findAirways(grid, body);
  const aerated = classicalLungs(grid, body, airways, named);
  const { sides, leftOutMl } = uniteLungs(grid, body, airways, aerated, named);
  const labels = nameLobes(grid, sides, named);
  const lobes = ontoVolume(volume, grid, labels);
  hooks.onProgress('lungs', 1);
  return { lobes, warnings: lungNotices(grid, labels, aerated, named, leftOutMl) };
}
