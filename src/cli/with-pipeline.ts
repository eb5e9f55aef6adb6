import type { AnalyzeContext } from '../analysis/analyze.ts';
import { noReporter } from '../analysis/reporting/no-reporter.ts';
import { openReporter, type Reporter } from '../analysis/reporting/open-reporter.ts';
import type { Config } from '../config-schema.ts';
import { openDecodePool } from '../dicom/decode-pool.ts';
import type { InferenceEngine } from '../inference/open-inference-engine.ts';
import type { Terminal } from './command.ts';
import { endOnFailure } from './end-on-failure.ts';

export interface Pipeline extends Pick<AnalyzeContext, 'decodePool' | 'reporter'> {
  readonly engine: InferenceEngine;
  /** Aborted when a human interrupts. */
  readonly signal: AbortSignal;
}

interface PipelineSetting {
  readonly openEngine: () => Promise<InferenceEngine>;
  readonly config: Config;
  readonly terminal: Terminal;
  /** What interrupts the work. */
  readonly interruptedBy: readonly NodeJS.Signals[];
  /** Whether reports are made; none by default. */
  readonly reports?: boolean;
}

/** Does some work with a pipeline of its own, which is closed whatever becomes of the work. */
export async function withPipeline<Result>(
  { openEngine, config, terminal, interruptedBy, reports = false }: PipelineSetting,
  work: (pipeline: Pipeline) => Promise<Result>,
): Promise<Result> {
  const engine = await openEngine();
  endOnFailure(engine.failed, terminal.note);
  const decodePool = openDecodePool({ threads: config.inference.decodeThreads });
  let reporter: Reporter | undefined;
  const cancel = new AbortController();
  const interrupt = () => cancel.abort();
  for (const name of interruptedBy) process.once(name, interrupt);
  try {
    reporter = reports ? await openReporter() : undefined;
    return await work({ engine, decodePool, reporter: reporter ?? noReporter, signal: cancel.signal });
  } finally {
    for (const name of interruptedBy) process.off(name, interrupt);
    await Promise.all([engine.close(), decodePool.close(), reporter?.close()]);
  }
}
