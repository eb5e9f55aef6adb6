import { bytesOf, gigabit, reportsOf, type Scenario, type Syntax } from './scenario.ts';
import type { ServiceTimes } from './service-times.ts';

/** Something that studies use up, and how many of them a second fill it. */
export interface Capacity {
  readonly what: string;
  readonly studiesPerSecond: number;
  readonly evidence: string;
}

/** Of one job, counted from what the queue does with it: docs/CONFIGURATION.md, queue. */
export const queueMessages = {
  /** Job, asking for it, delivery, acknowledgement; its key; the record of it three times: waiting, at work, ended. */
  fixed: 8,
  /** Signs of life, one in a third of queue.ackSeconds (30). */
  perSecondAtWork: 1 / 10,
} as const;

/** Messages of one job that is at work for so long. */
export function messagesOf(secondsAtWork: number): number {
  return queueMessages.fixed + Math.floor(secondsAtWork * queueMessages.perSecondAtWork);
}

/** What fills first, the scarcest first, with so many pods. */
export function capacities(
  times: ServiceTimes,
  { scenario, syntax, pods }: { readonly scenario: Scenario; readonly syntax: Syntax; readonly pods: number },
): readonly Capacity[] {
  const { study } = scenario.demand;
  const workerSeconds = study.aroundSeconds + study.networkSeconds;
  const { publishSeconds, ehr } = reportsOf(times);
  const line = scenario.settings.link.bytesPerSecond;
  const messages = messagesOf(study.findSeconds + workerSeconds + study.publishSeconds);
  const all: readonly (Capacity | undefined)[] = [
    {
      what: `inference workers of ${pods} pods`,
      studiesPerSecond: pods / workerSeconds,
      evidence: `${workerSeconds.toFixed(1)} s a study`,
    },
    {
      what: `the line of the pods, ${line / gigabit} Gbit/s, ${syntax === 'raw' ? 'raw' : 'JPEG-LS'}`,
      studiesPerSecond: line / study.bytes,
      evidence: `${(bytesOf(times, syntax) / 1e6).toFixed(1)} MB a study, measured`,
    },
    {
      what: `one national EHR that writes one report after another`,
      studiesPerSecond: 1 / publishSeconds,
      evidence: `${publishSeconds.toFixed(2)} s a report, measured with ${ehr}; with several at a time nobody measured`,
    },
    times.queue && {
      what: 'one NATS server',
      studiesPerSecond: times.queue.storedPerSecond / messages,
      evidence: `${times.queue.storedPerSecond} messages a second stored, measured; ${messages} a study, counted`,
    },
  ];
  return all.filter((one) => one !== undefined).toSorted((a, b) => a.studiesPerSecond - b.studiesPerSecond);
}
