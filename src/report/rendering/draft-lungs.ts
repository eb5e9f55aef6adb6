import { draftTrees, type TreeDraft } from '../../pipeline/trees/draft-trees.ts';
import type { LungGrid } from '../../pipeline/trees/lung-grid.ts';
import type { CtVolume } from '../../volume/types.ts';
import { lobeShells } from './lung-bodies.ts';

/** What of the lungs in three dimensions is ready before their opacities are known. */
export interface LungDraft {
  readonly trees: TreeDraft;
  readonly shells: ReturnType<typeof lobeShells>;
}

/** @param throwIfStopped called between steps of about 100 ms; throws to stop */
export function draftLungs(
  volume: CtVolume,
  lungs: LungGrid,
  throwIfStopped: () => void = () => {},
): LungDraft {
  throwIfStopped();
  const trees = draftTrees(volume, lungs, throwIfStopped);
  throwIfStopped();
  return { trees, shells: lobeShells(trees) };
}

/** Whose memory moves to another thread with a draft. */
export function arraysOfDraft({
  trees,
  shells,
}: LungDraft): readonly (Float32Array | Uint8Array | Int16Array)[] {
  const { grid, lobes, airways, inner, masses, bright } = trees;
  return [grid.hu, lobes, airways, inner, masses, bright, ...shells.flatMap((shell) => shell?.values ?? [])];
}
