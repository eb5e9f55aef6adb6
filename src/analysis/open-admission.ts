import type { LimitsConfig } from '../config-schema.ts';
import { LobarError } from '../errors.ts';
import { Admission, type AdmissionOptions } from './admission.ts';
import { MemoryBudget } from './memory-budget.ts';
import { memoryCap, memoryForAnalyses } from './process-memory.ts';

type AdmissionLimits = Pick<LimitsConfig, 'inFlight' | 'waiting' | 'waitSeconds' | 'memoryBytes'>;

/** What analyses share: places, and memory. */
export interface SharedPlaces {
  readonly admission: Admission;
  readonly memory: MemoryBudget;
}

/**
 * @param atRest - RSS of the process with its models warm, bytes
 * @throws LobarError `config-invalid` where limits.memoryBytes leaves nothing to analyses
 */
export function openAdmission(
  limits: AdmissionLimits,
  atRest: number,
  onPlace?: NonNullable<AdmissionOptions['onPlace']>,
): SharedPlaces {
  const cap = memoryCap(limits);
  const admission = new Admission({
    places: limits.inFlight,
    waiting: limits.waiting,
    waitSeconds: limits.waitSeconds,
    ...(onPlace === undefined ? {} : { onPlace }),
  });
  const memory = new MemoryBudget(memoryForAnalyses(cap, atRest), {
    tooLarge: () =>
      new LobarError('limit-exceeded', { limit: 'limits.memoryBytes', value: cap, unit: 'bytes' }),
    stuck: () => admission.atCapacity('memory'),
  });
  return { admission, memory };
}
