import type { Sample } from '../interleave.ts';
import { measure, peakRssMb, rssMb } from '../resource-use.ts';

/**
 * Retrieves twice in this process: cold, as the first retrieval after a start, with the compiler still at work;
 * and warm, the second one. Peak memory is that of the cold one.
 */
export async function twice(retrieve: () => Promise<Sample>): Promise<Sample> {
  const idleRss = rssMb();
  const cold = await measure(retrieve);
  const peakRss = peakRssMb();
  const warm = await measure(retrieve);
  return {
    ...cold.result,
    idleRss,
    peakRss,
    wallMs: cold.wallMs,
    cpuMs: cold.cpuMs,
    warmWallMs: warm.wallMs,
    warmCpuMs: warm.cpuMs,
  };
}
