import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { buildInfo } from './build-info.ts';

/** What is asked of the service with every scrape. */
export interface WatchedService {
  readonly inFlight: () => number;
  /** Of these, those that wait for a place. */
  readonly waiting: () => number;
  /** Bytes that analyses have set aside. */
  readonly reservedBytes: () => number;
  /** Bytes that the process may take. */
  readonly limitBytes: number;
  /** Whether work may be sent here. */
  readonly ready: () => boolean;
  /** AuditEvents that are not stored yet, and that will never be. */
  readonly audit: { readonly waiting: number; readonly dropped: number };
}

export interface RunningModel {
  readonly task: string;
  readonly name: string;
  readonly version: string;
  /** Of the file that runs. */
  readonly sha256: string;
  readonly executionProvider: string;
}

export interface ServiceMetrics {
  /** From now on these are asked; before, nothing is in flight and nothing ready. */
  watch(service: WatchedService): void;
  /** An analysis got its place after so long. */
  waited(seconds: number): void;
  /** A request for an analysis was turned away before it began; not one that its client left. @param reason - a code of the table of errors */
  rejected(reason: string): void;
  /** A request was answered. @param route - its template, never its address */
  responded(answer: { readonly route: string; readonly status: number }): void;
  /** The networks that are in use. */
  loaded(models: readonly RunningModel[]): void;
  /** Networks ran for so long. */
  inferred(run: { readonly provider: string; readonly seconds: number }): void;
}

/** At once, or behind others whose analyses take up to 10 minutes each. */
const waitSeconds = [0.01, 0.1, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600];

export function serviceMetrics(registry: Registry, version: string): ServiceMetrics {
  const registers = [registry];
  let watched: WatchedService | undefined;

  buildInfo(registry, version);
  new Gauge({
    name: 'lobar_ready',
    help: '1 where work may be sent here, 0 while models warm up or the process drains.',
    registers,
    collect() {
      this.set(watched?.ready() ? 1 : 0);
    },
  });
  new Gauge({
    name: 'lobar_requests_in_flight',
    help: 'Analyses that run or wait in this process.',
    registers,
    collect() {
      this.set(watched?.inFlight() ?? 0);
    },
  });
  new Gauge({
    name: 'lobar_requests_waiting',
    help: 'Of these, analyses that wait for a place.',
    registers,
    collect() {
      this.set(watched?.waiting() ?? 0);
    },
  });
  new Gauge({
    name: 'lobar_memory_reserved_bytes',
    help: 'Memory that analyses have set aside by estimate.',
    registers,
    collect() {
      this.set(watched?.reservedBytes() ?? 0);
    },
  });
  new Gauge({
    name: 'lobar_memory_limit_bytes',
    help: 'Memory (RSS) that this process may take, limits.memoryBytes; 0 while models warm up.',
    registers,
    collect() {
      this.set(watched?.limitBytes ?? 0);
    },
  });
  new Gauge({
    name: 'lobar_audit_events_waiting',
    help: 'AuditEvents in memory that the repository has not taken yet.',
    registers,
    collect() {
      this.set(watched?.audit.waiting ?? 0);
    },
  });
  new Counter({
    name: 'lobar_audit_events_dropped_total',
    help: 'AuditEvents that will never be stored.',
    registers,
    collect() {
      this.reset();
      this.inc(watched?.audit.dropped ?? 0);
    },
  });
  const wait = new Histogram({
    name: 'lobar_queue_wait_seconds',
    help: 'How long an analysis waited for its place.',
    buckets: waitSeconds,
    registers,
  });
  const rejections = new Counter({
    name: 'lobar_rejected_total',
    help: 'Requests for an analysis that were turned away before it began, by code in the table of errors.',
    labelNames: ['reason'],
    registers,
  });
  const responses = new Counter({
    name: 'lobar_http_responses_total',
    help: 'Answers over HTTP, by the template of the route and status; (none) is a path that no route has.',
    labelNames: ['route', 'code'],
    registers,
  });
  const models = new Gauge({
    name: 'lobar_model_info',
    help: '1 for each network in use; sha256 is that of the file that runs.',
    labelNames: ['task', 'name', 'version', 'sha256', 'provider'],
    registers,
  });
  const inference = new Counter({
    name: 'lobar_inference_seconds_total',
    help: 'Time in which a network of a study was at work (ONNX Runtime session.run); several at once count once.',
    labelNames: ['provider'],
    registers,
  });
  // A series that appears with its first event has no rate for it.
  for (const reason of ['at-capacity', 'rate-limited', 'shutting-down']) rejections.inc({ reason }, 0);

  return {
    watch(service) {
      watched = service;
    },
    waited: (seconds) => wait.observe(seconds),
    rejected: (reason) => rejections.inc({ reason }),
    responded: ({ route, status }) => responses.inc({ route, code: String(status) }),
    loaded(running) {
      models.reset();
      for (const { task, name, version: of, sha256, executionProvider: provider } of running) {
        models.set({ task, name, version: of, sha256, provider }, 1);
        inference.inc({ provider }, 0);
      }
    },
    inferred: ({ provider, seconds }) => inference.inc({ provider }, seconds),
  };
}
