import { Counter, Gauge, type Registry } from 'prom-client';
import { analysisOutcomes } from './analysis-metrics.ts';
import { queueUpGauge } from './queue-up.ts';

/** What is asked of the queue with every scrape. */
export interface WatchedQueue {
  readonly up: boolean;
  /** Jobs that nobody has begun, in the whole queue. */
  readonly waiting: number;
  /** Jobs at work in this process. */
  readonly running: number;
}

export interface JobMetrics {
  /** From now on it is asked; before, there is none. */
  watchQueue(queue: WatchedQueue): void;
  /** A job ended here. */
  jobEnded(outcome: (typeof analysisOutcomes)[number]): void;
  /** A job was begun again: after an error, or because the process that did it was lost. */
  jobRedelivered(): void;
  /** A job was given up. @param reason - a code of the table of errors */
  jobBuried(reason: string): void;
  /** `failed`: it will be tried again; `given-up`: it will not. */
  called(result: (typeof callResults)[number]): void;
}

const callResults = ['delivered', 'failed', 'given-up'] as const;

export function jobMetrics(registry: Registry): JobMetrics {
  const registers = [registry];
  let watched: WatchedQueue | undefined;

  new Gauge({
    name: 'lobar_jobs_waiting',
    help: 'Jobs of the queue that nobody has begun; of a queue that processes share, each tells the same number.',
    registers,
    collect() {
      this.set(watched?.waiting ?? 0);
    },
  });
  new Gauge({
    name: 'lobar_jobs_running',
    help: 'Jobs at work in this process.',
    registers,
    collect() {
      this.set(watched?.running ?? 0);
    },
  });
  queueUpGauge(registry, () => watched?.up === true);
  const jobs = new Counter({
    name: 'lobar_jobs_total',
    help: 'Jobs that ended in this process, by what became of them.',
    labelNames: ['outcome'],
    registers,
  });
  const redelivered = new Counter({
    name: 'lobar_jobs_redelivered_total',
    help: 'Jobs that were begun again, after an error or because the process that did them was lost.',
    registers,
  });
  const buried = new Counter({
    name: 'lobar_dead_letters_total',
    help: 'Jobs that were given up, by code in the table of errors.',
    labelNames: ['reason'],
    registers,
  });
  const calls = new Counter({
    name: 'lobar_callbacks_total',
    help: 'Calls of callbacks: delivered, failed (tried again), given up.',
    labelNames: ['result'],
    registers,
  });
  // A series that appears with its first event has no rate for it.
  for (const outcome of analysisOutcomes) jobs.inc({ outcome }, 0);
  for (const result of callResults) calls.inc({ result }, 0);
  for (const reason of ['process-lost', 'internal']) buried.inc({ reason }, 0);

  return {
    watchQueue(queue) {
      watched = queue;
    },
    jobEnded: (outcome) => jobs.inc({ outcome }),
    jobRedelivered: () => redelivered.inc(),
    jobBuried: (reason) => buried.inc({ reason }),
    called: (result) => calls.inc({ result }),
  };
}
