import type { Notice } from '../errors.ts';
import { takingTurns } from '../event-loop-turns.ts';
import type { CtVolume, LabelMap } from '../volume/types.ts';
import { addLungNetwork } from './lungs/add-lung-network.ts';
import { findAirways } from './lungs/airways.ts';
import { bodyMask } from './lungs/body-mask.ts';
import { airPieces, classicalLungs } from './lungs/classical-lungs.ts';
import { likelySlices } from './lungs/likely-slices.ts';
import { nameLobes } from './lungs/name-lobes.ts';
import { type GridLobes, networkOnGrid } from './lungs/network-on-grid.ts';
import { ontoVolume } from './lungs/onto-volume.ts';
import { lungNotices } from './lungs/plausibility.ts';
import { askSliceNetwork } from './lungs/slice-network.ts';
import { uniteLungs } from './lungs/unite-lungs.ts';
import { withoutFat } from './lungs/without-fat.ts';
import { makeWorkGrid, type WorkGrid } from './lungs/work-grid.ts';
import {
  lobes as lobeNames,
  lungSideNames,
  type Network,
  type PipelineHooks,
  type PipelineParameters,
} from './types.ts';

/** A network that knows the two lungs but not their lobes, asked beside the one for the lobes. */
export interface LungNetwork {
  readonly network: Network;
  readonly parameters: NonNullable<PipelineParameters['lungs']>;
}

export interface LungHooks extends Pick<PipelineHooks, 'throwIfCancelled'> {
  readonly onProgress: (stage: 'lungs', fraction: number) => void;
  /**
   * Told once, when the networks have answered and the lungs are still worked out: the slices of the volume that
   * most likely have lung, those with the most of it first.
   */
  readonly onLikelySlices?: (slices: readonly number[]) => void;
}

export interface SegmentedLungs {
  /** On the volume's own grid: 0 outside the lungs, else the lobe's label (index in `lobes` + 1). */
  readonly lobes: LabelMap;
  /** What is doubtful about them. */
  readonly warnings: readonly Notice[];
}

/** The networks' part of this stage's time, about. */
const networkShare = 0.8;

/**
 * Lungs and lobes, PIPELINE.md 3: the body without the table, then what the lobe network and a threshold call
 * lung inside it, united, filled up to the chest wall and freed of the airways, then the network's lobes
 * carried to every voxel, all on a grid of about 2 mm, and last back on the volume's own grid. No lung gives
 * an empty map and a warning, no error; only a cancelled run or a failing network throws.
 *
 * @param lungNetwork its lungs are united with the others', and its sides go before those of the lobes
 * @throws LobarError `inference-failed`; whatever `hooks.throwIfCancelled` throws
 */
export async function segmentLungs(
  volume: CtVolume,
  network: Network,
  parameters: PipelineParameters['lungsLobes'],
  hooks: LungHooks,
  lungNetwork?: LungNetwork,
): Promise<SegmentedLungs> {
  hooks.onProgress('lungs', 0);
  const turn = takingTurns();
  // Between steps, each of which takes up to half a second of a large volume, a cancelled run stops, and the answers
  // of networks are heard.
  const step = async <Result>(work: () => Result): Promise<Result> => {
    await turn();
    hooks.throwIfCancelled();
    return work();
  };
  const grid = await step(() => makeWorkGrid(volume));
  const body = await step(() => bodyMask(grid));
  // Where the networks have threads of their own, what needs no answer of theirs is done meanwhile.
  const begun = Promise.withResolvers<void>();
  const asked = askNetworks(
    volume,
    grid,
    body,
    network,
    parameters,
    { ...hooks, onBegun: begun.resolve },
    lungNetwork,
  );
  const [named, { airways, air }] = await withMeanwhile(asked, async () => {
    // Not before the network has as much to do as it takes to compute without hearing it.
    await Promise.race([begun.promise, asked]);
    const airways = await step(() => findAirways(grid, body));
    return { airways, air: await step(() => airPieces(grid, body, airways)) };
  });
  hooks.onLikelySlices?.(likelySlices(volume, grid, named));
  const aerated = await step(() => classicalLungs(grid, air, named));
  const believed = await step(() => withoutFat(grid, aerated, named));
  const { sides, leftOutMl } = await step(() =>
    uniteLungs(grid, body, airways, aerated, believed, hooks.throwIfCancelled),
  );
  const labels = await step(() => nameLobes(grid, sides, believed));
  const lobes = await step(() => ontoVolume(volume, grid, labels));
  hooks.onProgress('lungs', 1);
  return { lobes, warnings: lungNotices(grid, labels, aerated, believed, leftOutMl) };
}

/**
 * Works while something is under way. It ends when both have ended, whatever goes wrong, so that nothing goes on
 * behind the back of who called; the error of what was under way goes before that of the work.
 */
async function withMeanwhile<Asked, Worked>(
  asked: Promise<Asked>,
  work: () => Promise<Worked>,
): Promise<readonly [Asked, Worked]> {
  const [answer, worked] = await Promise.allSettled([asked, work()]);
  if (answer.status === 'rejected') throw answer.reason;
  if (worked.status === 'rejected') throw worked.reason;
  return [answer.value, worked.value];
}

async function askNetworks(
  volume: CtVolume,
  grid: WorkGrid,
  body: Uint8Array,
  network: Network,
  parameters: PipelineParameters['lungsLobes'],
  { throwIfCancelled, onProgress, onBegun }: LungHooks & { readonly onBegun: () => void },
  lungNetwork: LungNetwork | undefined,
): Promise<GridLobes> {
  const share = lungNetwork === undefined ? networkShare : networkShare / 2;
  const from = (start: number) => ({
    throwIfCancelled,
    onFraction: (fraction: number) => {
      onBegun();
      onProgress('lungs', start + share * fraction);
    },
  });
  const lobeNetwork = { network, parameters, parts: lobeNames, name: 'lobe' };
  const byLobe = await askSliceNetwork(volume, grid, body, lobeNetwork, from(0));
  const lobes = networkOnGrid(volume, grid, byLobe);
  if (lungNetwork === undefined) return { lung: lobes.lung, lobe: lobes.label };
  const sideNetwork = { ...lungNetwork, parts: lungSideNames, name: 'lung' };
  const bySide = await askSliceNetwork(volume, grid, body, sideNetwork, from(share));
  return addLungNetwork(lobes, networkOnGrid(volume, grid, bySide));
}
