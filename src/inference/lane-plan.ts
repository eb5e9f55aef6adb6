import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { InferenceConfig } from '../config-schema.ts';
import type { Notice } from '../errors.ts';
import { modelFile } from './model-file.ts';
import { type PipelinePackages, packageList } from './pipeline-parameters.ts';
import { allowedProviders, type ExecutionProvider } from './session-options.ts';

/** How the networks share the cores. */
export interface LanePlan {
  /** Threads that run batches side by side, each with sessions of its own. */
  readonly lanes: number;
  /** CPU threads of a session. */
  readonly threads: number;
  /** Of a network that is asked once a study, so that there is no second batch for another lane. */
  readonly threadsAlone: number;
}

export type LaneSettings = Pick<InferenceConfig, 'provider' | 'threads' | 'variants' | 'lanes'>;

/**
 * [ours] Networks whose files are larger take all cores by themselves, and a second copy of their weights is not
 * worth what it gives.
 */
const smallBytes = 32 * 2 ** 20;

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
 * Two lanes on the CPU where the networks are small: a session with two threads uses two cores worse than two
 * sessions with one each (the same batches of the shipped packages in 5.0 s and in 4.15 s), as the small layers
 * wait for each other. A GPU works on one batch at a time anyway.
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
  const fitting = provider === 'cpu' && cores >= 2 && bytes < smallBytes ? 2 : 1;
  const lanes = wanted === 0 ? fitting : wanted;
  return {
    lanes,
    threads: threads === 0 ? Math.max(1, Math.floor(cores / lanes)) : threads,
    threadsAlone: threads === 0 ? cores : threads,
  };
}

/** Where more lanes are asked for than there are cores for their threads: none is faster by it, and each costs memory. */
export function laneNotices(
  { lanes, threads }: Pick<LanePlan, 'lanes' | 'threads'>,
  cores: number,
): Notice[] {
  if (lanes === 1 || lanes * threads <= cores) return [];
  const text = `The networks run in ${lanes} lanes with ${threads} thread(s) each (inference.lanes, inference.threads), on ${cores} core(s). Each lane holds a copy of the weights; more threads than cores are no faster.`;
  return [{ code: 'lanes-exceed-cores', text }];
}
