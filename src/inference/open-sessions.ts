import { env, InferenceSession } from 'onnxruntime-node';
import { LobarError, type Notice } from '../errors.ts';
import { withBatchesFor } from './batch-size.ts';
import type { LaneThreads, NetworkName } from './lane-plan.ts';
import { type ModelFile, modelFile } from './model-file.ts';
import type { ModelPackage } from './model-packages.ts';
import { networkOfSession, type OnnxNetwork } from './network-of-session.ts';
import type { PipelinePackages } from './pipeline-parameters.ts';
import { refuseTelemetry } from './refuse-telemetry.ts';
import { runtimeMessage } from './runtime-message.ts';
import { allowedProviders, type ExecutionProvider, sessionOptions } from './session-options.ts';
import type { WorkerSettings } from './worker-protocol.ts';

/** The networks, warm, all on one provider. */
export interface OpenSessions {
  readonly provider: ExecutionProvider;
  /** Those that there is a package of, and that the plan, if there is one, has here. */
  readonly networks: Readonly<Partial<Record<NetworkName, OnnxNetwork>>>;
  /** `provider-fallback` where `auto` did not get its first choice. */
  readonly notices: readonly Notice[];
}

export interface OpeningSessions {
  /** Told once which provider it will be, before the sessions are open where no other is left to be tried. */
  readonly onProvider?: (provider: ExecutionProvider) => void;
  /** Which networks are opened on a provider, and with how many CPU threads; else all, with what the settings say. */
  readonly planOn?: (provider: ExecutionProvider) => LaneThreads | undefined;
}

/**
 * Opens the networks on the first provider that takes all of them. What is compiled in says nothing about the
 * libraries and the device being there, so each provider is tried.
 *
 * @throws LobarError `provider-unavailable`, `model-load-failed` or `model-manifest-invalid`.
 */
export async function openSessions(
  packages: PipelinePackages,
  settings: WorkerSettings,
  { onProvider, planOn }: OpeningSessions = {},
): Promise<OpenSessions> {
  // Of use in a main thread only: whoever calls this in a worker sees to it before (open-lanes.ts).
  refuseTelemetry();
  // Why a provider failed is in the error; ONNX Runtime would print it to stderr as well, past the log.
  env.logLevel = 'fatal';
  const notices: Notice[] = [];
  const providers = allowedProviders(settings.provider);
  for (const [i, provider] of providers.entries()) {
    const isLast = i === providers.length - 1;
    if (isLast) onProvider?.(provider);
    const threads = planOn?.(provider) ?? allWith(settings.threads);
    try {
      const networks = await openOn(provider, withBatchesFor(provider, packages), threads, settings.variants);
      if (!isLast) onProvider?.(provider);
      return { provider, networks, notices };
    } catch (error) {
      const next = providers[i + 1];
      if (next === undefined || !(error instanceof LobarError && error.code === 'provider-unavailable'))
        throw error;
      notices.push({
        code: 'provider-fallback',
        text: `Inference runs on ${next}: ${provider} is not available (${runtimeMessage(error.cause)}).`,
      });
    }
  }
  throw new LobarError('provider-unavailable', { provider: settings.provider, problem: 'none is known' });
}

function allWith(threads: number): LaneThreads {
  return { lungsLobes: threads, lungs: threads, classifier: threads, opacities: threads };
}

type OpenSettings = Pick<WorkerSettings, 'threads' | 'variants'>;

async function openOn(
  provider: ExecutionProvider,
  packages: PipelinePackages,
  threadsOf: LaneThreads,
  variants: WorkerSettings['variants'],
): Promise<OpenSessions['networks']> {
  const opened: Partial<Record<NetworkName, OnnxNetwork>> = {};
  try {
    for (const name of ['lungsLobes', 'lungs', 'classifier', 'opacities'] as const) {
      const [model, threads] = [packages[name], threadsOf[name]];
      if (model === undefined || threads === undefined) continue;
      opened[name] = await openOne(provider, model, { variants, threads });
    }
    return opened;
  } catch (error) {
    await Promise.all(Object.values(opened).map((network) => network.release()));
    throw error;
  }
}

async function openOne(provider: ExecutionProvider, model: ModelPackage, settings: OpenSettings) {
  const { threads, variants } = settings;
  const file = modelFile(model, provider, variants);
  try {
    const options = sessionOptions(provider, threads, model.manifest.task);
    const session = await InferenceSession.create(file.path, options);
    const graph = file.precision === undefined ? undefined : file.file;
    return await networkOfSession(session, model.manifest, graph).catch(async (error: unknown) => {
      await session.release();
      throw error;
    });
  } catch (error) {
    if (error instanceof LobarError) throw error;
    throw await blame(provider, model, file, threads, error);
  }
}

/** Tells a provider that is not there from a file that loads nowhere, by loading the file on the CPU. */
async function blame(
  provider: ExecutionProvider,
  { manifest: { name, task } }: ModelPackage,
  { file, path, precision }: ModelFile,
  threads: number,
  cause: unknown,
) {
  const said = (error: unknown) =>
    precision === undefined
      ? runtimeMessage(error)
      : `its ${precision} file ${file}: ${runtimeMessage(error)}`;
  const loadFailed = (on: string, error: unknown) =>
    new LobarError(
      'model-load-failed',
      { model: name, provider: on, problem: said(error) },
      { cause: error },
    );
  if (provider === 'cpu') return loadFailed('cpu', cause);
  try {
    await (await InferenceSession.create(path, sessionOptions('cpu', threads, task))).release();
  } catch (error) {
    return loadFailed('cpu', error);
  }
  const see = provider === 'cuda' ? '. See docs/GPU.md' : '';
  const problem = `model package '${name}' does not load on it: ${said(cause)}${see}`;
  return new LobarError('provider-unavailable', { provider, problem }, { cause });
}
