import { Counter, Gauge, Registry } from 'prom-client';
import { buildInfo } from './build-info.ts';
import { processMetrics } from './process-metrics.ts';
import { queueUpGauge } from './queue-up.ts';
import { type UpstreamMetrics, upstreamMetrics } from './upstream-metrics.ts';

/**
 * What became of a study that was seen: `known` was enqueued before, `filtered` is not wanted by the rules, `failed`
 * could not be asked about or not be enqueued, and is tried again.
 */
export const watchDecisions = ['enqueued', 'known', 'filtered', 'failed'] as const;
export type WatchDecision = (typeof watchDecisions)[number];

export interface DecisionMetrics {
  /** A study was judged by the rules of the watch, or could not be. */
  studyDecided(decision: WatchDecision): void;
}

export function decisionMetrics(registry: Registry): DecisionMetrics {
  const studies = new Counter({
    name: 'lobar_watch_studies_total',
    help: 'Studies that were judged for automatic analysis, by polling or by a study-stable event. failed ones are tried again.',
    labelNames: ['decision'],
    registers: [registry],
  });
  // A series that appears with its first event has no rate for it.
  for (const decision of watchDecisions) studies.inc({ decision }, 0);
  return { studyDecided: (decision) => studies.inc({ decision }) };
}

/** What `lobar watch` counts and measures. */
export interface WatchMetrics extends DecisionMetrics, UpstreamMetrics {
  /** The PACS has listed its studies, or has failed to. */
  polled(went: 'well' | 'wrong'): void;
  /** From now on it is asked whether it can be reached, with every scrape; a watch without a queue tells nothing of one. */
  watchQueue(queue: { readonly up: boolean }): void;
  /** Media type of `text`. */
  readonly contentType: string;
  /** Everything, in Prometheus' text format. */
  text(): Promise<string>;
  close(): void;
}

export interface WatchMetricsOptions {
  /** Of Lobar. */
  readonly version: string;
  /** Also of the process. */
  readonly ofProcess: boolean;
}

export function openWatchMetrics({ version, ofProcess }: WatchMetricsOptions): WatchMetrics {
  const registry = new Registry();
  const registers = [registry];
  buildInfo(registry, version);
  const last = new Gauge({
    name: 'lobar_watch_last_poll_timestamp_seconds',
    help: 'When the PACS last listed its studies; before the first time, when the watch began.',
    registers,
  });
  const failures = new Counter({
    name: 'lobar_watch_poll_failures_total',
    help: 'How often the PACS could not be asked for its studies.',
    registers,
  });
  last.setToCurrentTime();
  const close = ofProcess ? processMetrics(registry) : () => {};
  return {
    ...decisionMetrics(registry),
    ...upstreamMetrics(registry),
    polled(went) {
      if (went === 'well') last.setToCurrentTime();
      else failures.inc();
    },
    watchQueue: (queue) => queueUpGauge(registry, () => queue.up),
    contentType: registry.contentType,
    text: () => registry.metrics(),
    close,
  };
}
