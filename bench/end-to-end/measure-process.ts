import type { Sample } from '../interleave.ts';
import { type Place, publishAll, serveAt } from './place.ts';

/**
 * One process of the service from its start to its end: the first study, the same as JPEG-LS, once more as it
 * was, now that the process is warm, and two at once. Its memory is the most it held until then.
 *
 * @param inference - that section of its configuration: `{ provider: 'cuda' }` measures a GPU
 */
export async function measureProcess(place: Place, inference: object): Promise<Sample> {
  const service = await serveAt(place, 'process', inference);
  const readyRss = await service.memoryMb('VmRSS');
  const first = await publishAll(place, [[service, 'raw']]);
  // In between, so that what compiles late is there before anything is called warm.
  const jpegLs = await publishAll(place, [[service, 'jpeg-ls']]);
  const warm = await publishAll(place, [[service, 'raw']]);
  const peakRss = await service.memoryMb('VmHWM');
  const pair = await publishAll(place, [
    [service, 'raw'],
    [service, 'copy'],
  ]);
  const pairPeakRss = await service.memoryMb('VmHWM');
  await service.stop();
  const stages = Object.entries(warm.analyses[0]?.timingsMs ?? {}).map(([stage, ms]) => [`${stage}Ms`, ms]);
  return {
    ...Object.fromEntries(stages),
    readyRss,
    peakRss,
    pairPeakRss,
    firstMs: first.wallMs,
    warmMs: warm.wallMs,
    warmCpuMs: warm.cpuMs,
    warmPeersCpuMs: warm.peersCpuMs,
    jpegLsMs: jpegLs.wallMs,
    jpegLsCpuMs: jpegLs.cpuMs,
    pairMs: pair.wallMs,
    pairCpuMs: pair.cpuMs + pair.peersCpuMs,
  };
}
