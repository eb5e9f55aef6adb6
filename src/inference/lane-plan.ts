import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { InferenceConfig } from '../config-schema.ts';
import type { Notice } from '../errors.ts';
import type { PipelineNetworks } from '../pipeline/types.ts';
import { modelFile } from './model-file.ts';
import { type PipelinePackages, packageList } from './pipeline-parameters.ts';
import { allowedProviders, type ExecutionProvider } from './session-options.ts';

export type NetworkName = keyof PipelineNetworks;

/** Of each network that one lane has, how many CPU threads its session has there. */
export type LaneThreads = Readonly<Partial<Record<NetworkName, number>>>;

/** How the networks share the cores: the threads that run batches side by side, each with sessions of its own. */
export type LanePlan = readonly LaneThreads[];

export type LaneSettings = Pick<InferenceConfig, 'provider' | 'threads' | 'variants' | 'lanes'>;

/**
 * [ours] Of larger files a second copy of the weights is not worth what it gives. With the paper's network of the
 * opacities at its full width (98 MB as float32) the files are below: on two cores two sessions run its batches in nine
 * tenths of the time of one.
 */
const mostBytesTwice = 128 * 2 ** 20;

/** The plan for each provider that the settings allow. @throws what reading the size of a model file throws */
export async function planLanes(
  packages: PipelinePackages,
  settings: LaneSettings,
): Promise<Readonly<Partial<Record<ExecutionProvider, LanePlan>>>> {
  const plans = allowedProviders(settings.provider).map(async (provider) => {
    const files = packageList(packages).map((model) => modelFile(model, provider, settings.variants).path);
    const sizes = await Promise.all(files.map(async (path) => (await stat(path)).size));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    return [provider, lanePlan(provider, bytes, settings, availableParallelism())] as const;
  });
  return Object.fromEntries(await Promise.all(plans));
}

/**
 * Two lanes on the CPU unless the networks are very large: a session with two threads uses two cores worse than two
 * sessions with one each (the same batches of the shipped packages in 5.0 s and in 4.15 s), as the small layers
 * wait for each other. That was measured on two cores; on more, which nobody has measured, there are two as well. A
 * GPU works on one batch at a time anyway.
 *
 * The threads are those of all lanes together. One that remains goes to the first lanes; none has less than one.
 *
 * The classifier is in the first lane alone, with all threads: it is asked once a study, so that there is no second
 * batch for another lane, and a copy of its weights would be there for nothing.
 *
 * @param bytes of all model files
 * @param cores that this process may use
 */
export function lanePlan(
  provider: ExecutionProvider,
  bytes: number,
  { lanes: wanted, threads }: Pick<LaneSettings, 'lanes' | 'threads'>,
  cores: number,
): LanePlan {
  const budget = threads === 0 ? cores : threads;
  const fitting = provider === 'cpu' && budget >= 2 && bytes < mostBytesTwice ? 2 : 1;
  const lanes = wanted === 0 ? fitting : wanted;
  return Array.from({ length: lanes }, (_, lane): LaneThreads => {
    const own = Math.max(1, Math.floor(budget / lanes) + (lane < budget % lanes ? 1 : 0));
    const ofSlices = { lungsLobes: own, lungs: own, opacities: own };
    return lane === 0 ? { ...ofSlices, classifier: budget } : ofSlices;
  });
}

/** Where more lanes are asked for than there are cores for their threads: none is faster by it, and each costs memory. */
export function laneNotices(plan: LanePlan, cores: number): Notice[] {
  const threads = plan.reduce((sum, { opacities = 1 }) => sum + opacities, 0);
  if (plan.length === 1 || threads <= cores) return [];
  const text = `The networks run in ${plan.length} lanes with ${threads} threads together (inference.lanes, inference.threads), on ${cores} core(s). Each lane holds a copy of the weights; more threads than cores are no faster.`;
  return [{ code: 'lanes-exceed-cores', text }];
}
