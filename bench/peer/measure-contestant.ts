import type { Sample } from '../interleave.ts';
import { cpuOf, memoryOf } from '../process-use.ts';
import type { OpenContestant, PeerFindings } from './contestant.ts';
import { stageQuantity } from './stage-quantity.ts';

/**
 * Starts one, has it analyse the study twice and ends it. Cold is from the start of the process to its first
 * answer; warm, the second study, what all but the first one take. Peak memory is that of both.
 *
 * @param check - is given what it found, both times
 */
export async function measureContestant(
  open: OpenContestant,
  study: string,
  check: (findings: PeerFindings) => void,
): Promise<Sample> {
  const started = performance.now();
  const contestant = await open();
  try {
    const { pid } = contestant;
    check((await contestant.analyse(study)).findings);
    const coldWallMs = performance.now() - started;
    const coldCpu = await cpuOf(pid);
    const begun = performance.now();
    const { findings, stageMs } = await contestant.analyse(study);
    const wallMs = performance.now() - begun;
    check(findings);
    const use = { cpuMs: 1000 * ((await cpuOf(pid)) - coldCpu), peakRss: await memoryOf(pid, 'VmHWM') };
    const stages = Object.entries(stageMs).map(([stage, ms]) => [stageQuantity(stage), ms] as const);
    return { coldWallMs, wallMs, ...use, ...Object.fromEntries(stages) };
  } finally {
    await contestant.close();
  }
}
