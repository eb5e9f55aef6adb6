import { availableParallelism } from 'node:os';
import type { InferenceSession } from 'onnxruntime-node';
import type { InferenceConfig } from '../config-schema.ts';
import type { ModelTask } from './manifest.ts';

export type ExecutionProvider = Exclude<InferenceConfig['provider'], 'auto'>;

/** The providers that a configuration allows, in the order in which they are tried. */
export function allowedProviders(provider: InferenceConfig['provider']): readonly ExecutionProvider[] {
  return provider === 'auto' ? ['cuda', 'cpu'] : [provider];
}

/**
 * Options of one session on exactly one provider.
 *
 * Off the CPU, ONNX Runtime would quietly give every node that the provider does not take to the CPU. That is
 * switched off: the session then takes the whole graph or is refused, and the provider that a report names is
 * the whole truth. Copies to and from the device are no nodes of the graph, and the shapes of our graphs are
 * fixed by arithmetic that is folded away before nodes are assigned, so nothing has a legal need for the CPU.
 *
 * @param threads CPU threads of the session; 0: one a core.
 * @param task what the network is for; undefined where only its graph can tell
 */
export function sessionOptions(
  provider: ExecutionProvider,
  threads: number,
  task: ModelTask | undefined,
): InferenceSession.SessionOptions {
  return {
    executionProviders: [provider],
    graphOptimizationLevel: 'all',
    // A plan of all intermediate results as one block is as fast there, and takes about 50 MB more a session. Nobody
    // has measured it elsewhere.
    ...(provider === 'cpu' ? { enableMemPattern: false } : {}),
    // What it keeps for the next run pays off by the hundred slices of a study. A classifier runs once: without, it takes
    // 30 ms more, and 50 MB less until the next study (at 64 x 224 x 224: 170 ms, 250 MB).
    ...(provider === 'cpu' && task === 'classifier' ? { enableCpuMemArena: false } : {}),
    intraOpNumThreads: threads === 0 ? availableParallelism() : threads,
    logSeverityLevel: 3,
    extra: {
      session: {
        // Waiting threads would burn the cores that stream and decode the next study.
        intra_op: { allow_spinning: '0' },
        ...(provider === 'cpu' ? {} : { disable_cpu_ep_fallback: '1' }),
      },
    },
  };
}
