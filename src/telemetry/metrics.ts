import { Registry } from 'prom-client';
import { type AnalysisMetrics, analysisMetrics } from './analysis-metrics.ts';
import { type JobMetrics, jobMetrics } from './job-metrics.ts';
import { processMetrics } from './process-metrics.ts';
import { type ServiceMetrics, serviceMetrics } from './service-metrics.ts';
import { type UpstreamMetrics, upstreamMetrics } from './upstream-metrics.ts';
import { type DecisionMetrics, decisionMetrics } from './watch-metrics.ts';

/**
 * What the service counts and measures, for Prometheus. Labels hold words of ours, statuses and what the model
 * packages say of themselves; never an identifier of a patient, a study or a request.
 */
export interface Metrics
  extends AnalysisMetrics,
    JobMetrics,
    ServiceMetrics,
    UpstreamMetrics,
    DecisionMetrics {
  /** Media type of `text`. */
  readonly contentType: string;
  /** Everything, in Prometheus' text format. */
  text(): Promise<string>;
  close(): void;
}

export interface MetricsOptions {
  /** Of Lobar. */
  readonly version: string;
  /** That a study can be decided to be of. */
  readonly classes: readonly string[];
  /** Also of the process: memory, CPU, delay of the event loop. Costs timers, so not where nobody asks. */
  readonly ofProcess: boolean;
}

export function openMetrics({ version, classes, ofProcess }: MetricsOptions): Metrics {
  const registry = new Registry();
  const close = ofProcess ? processMetrics(registry) : () => {};
  return {
    ...serviceMetrics(registry, version),
    ...analysisMetrics(registry, classes),
    ...jobMetrics(registry),
    ...upstreamMetrics(registry),
    ...decisionMetrics(registry),
    contentType: registry.contentType,
    text: () => registry.metrics(),
    close,
  };
}
