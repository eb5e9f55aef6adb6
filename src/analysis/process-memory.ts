import { totalmem } from 'node:os';
import type { LimitsConfig } from '../config-schema.ts';
import { LobarError } from '../errors.ts';

/** [ours] What is left to the rest of the machine, and to what no estimate sees. */
const share = 0.9;

/**
 * How many bytes this process may take: `limits.memoryBytes`, or nine tenths of what its container (cgroup) or
 * machine has.
 */
export function memoryCap({ memoryBytes }: Pick<LimitsConfig, 'memoryBytes'>): number {
  if (memoryBytes > 0) return memoryBytes;
  // 0 or an absurd number where there is no such limit.
  const constrained = process.constrainedMemory();
  const machine = totalmem();
  return Math.floor(share * (constrained > 0 ? Math.min(constrained, machine) : machine));
}

/**
 * What of the cap is left to analyses, in bytes.
 *
 * @param atRest - RSS of the process with its models warm, bytes
 * @throws LobarError `config-invalid` where that is nothing
 */
export function memoryForAnalyses(cap: number, atRest: number): number {
  const left = cap - atRest;
  if (left > 0) return left;
  const mistake = `limits.memoryBytes: ${cap} bytes are less than this process takes at rest (${atRest} bytes)`;
  throw new LobarError('config-invalid', { mistakes: [mistake] });
}
