import { join } from 'node:path';
import { analyse } from '../../test/support/serve-lobar.ts';
import { patientSystem } from '../../test/support/test-service.ts';
import type { Peers } from '../end-to-end/open-peers.ts';
import type { Sample } from '../interleave.ts';
import { type BenchedLobar, serveBenched } from '../serve-benched.ts';
import type { GpuUse } from './watch-gpu.ts';

export interface GpuPlace {
  readonly folder: string;
  /** With as many EHRs as {@link ehrs}. */
  readonly peers: Peers;
  readonly studyUids: readonly string[];
}

/** How often each client of the line asks, each time for publication to the next EHR: to the first it is known by then. */
export const ehrs = 4;

/** Looks at the device from now on, until it is told to stop. */
export type WatchDevice = () => Promise<() => Promise<GpuUse>>;

/**
 * One process of the service that may use this provider and no other: a study alone, warm, then all of them in line,
 * again and again, with the device watched.
 *
 * @throws Error where the provider does not load, or a study is not published, or was before
 */
export async function measureGpu(place: GpuPlace, inference: object, watch: WatchDevice): Promise<Sample> {
  const { folder, peers, studyUids } = place;
  const [alone = ''] = studyUids;
  const began = performance.now();
  const service = await serveBenched(join(folder, 'lobar.json'), {
    inference,
    pacs: { main: { url: peers.pacsUrl } },
    ehr: Object.fromEntries(
      peers.ehrUrls.map((url, at) => [ehrName(at), { url, patientIdentifierSystem: patientSystem }]),
    ),
  });
  try {
    const startMs = performance.now() - began;
    const first = await publishOne(service, peers, alone);
    await publishOne(service, peers, alone);
    const warm = await publishOne(service, peers, alone);
    const line = await keepInLine(service, peers, studyUids, watch);
    return {
      ...warm.stages,
      startMs,
      firstMs: first.wallMs,
      warmMs: warm.wallMs,
      warmCpuMs: warm.cpuMs,
      ...line,
      peakRss: await service.memoryMb('VmHWM'),
    };
  } finally {
    await service.stop();
  }
}

const ehrName = (at: number) => `ehr-${at}`;

/** @throws Error where it is not published to that EHR, or was before */
async function publishTo(ehr: number, service: BenchedLobar, study: string) {
  const analysis = await analyse(service.url, study, ehrName(ehr));
  const { outcome, published } = analysis;
  if (outcome !== 'published' || published?.alreadyPublished !== false)
    throw new Error(`An analysis ended as ${outcome}, or was published before.`);
  return analysis;
}

/** To an EHR that knows nothing of it yet. */
async function publishOne(service: BenchedLobar, peers: Peers, study: string) {
  await peers.forget();
  const cpuBefore = await service.cpuSeconds();
  const started = performance.now();
  const { timingsMs } = await publishTo(0, service, study);
  const wallMs = performance.now() - started;
  const cpuMs = ((await service.cpuSeconds()) - cpuBefore) * 1000;
  const stages = Object.entries(timingsMs).map(([stage, ms]) => [`${stage}Ms`, ms]);
  return { wallMs, cpuMs, stages: Object.fromEntries(stages) as Sample };
}

/** A client a study, which asks again when it is answered. It is measured until one of them is done: all are in line. */
async function keepInLine(
  service: BenchedLobar,
  peers: Peers,
  studyUids: readonly string[],
  watch: WatchDevice,
): Promise<Sample> {
  await peers.forget();
  const stop = await watch();
  const cpuBefore = await service.cpuSeconds();
  const started = performance.now();
  let answered = 0;
  const clients = studyUids.map(async (study) => {
    for (let ehr = 0; ehr < ehrs; ehr += 1) {
      await publishTo(ehr, service, study);
      answered += 1;
    }
  });
  await Promise.race(clients);
  const [seconds, analyses] = [(performance.now() - started) / 1000, answered];
  const cpu = (await service.cpuSeconds()) - cpuBefore;
  const { busyPercent, memoryMb } = await stop();
  await Promise.all(clients);
  return { busyPercent, memoryMb, perMinute: (60 * analyses) / seconds, lineCoresBusy: cpu / seconds };
}
