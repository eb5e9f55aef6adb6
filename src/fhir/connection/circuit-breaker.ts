import { BrokenCircuitError, ConsecutiveBreaker, circuitBreaker, handleWhenResult } from 'cockatiel';
import type { FhirConnectionConfig } from '../../config-schema.ts';
import { LobarError } from '../../errors.ts';
import type { Sent } from './send-with-retry.ts';

/** Leaves a server that failed again and again alone for a while; of cockatiel, one for each target. */
export interface CircuitBreaker {
  /** @throws LobarError `ehr-suspended` while the server is left alone */
  run<T extends Sent<unknown>>(work: () => Promise<T>): Promise<T>;
}

export function openCircuitBreaker(
  ehr: string,
  { failures, openSeconds: seconds }: FhirConnectionConfig['breaker'],
): CircuitBreaker {
  const isTrouble = (sent: unknown) =>
    'failure' in (sent as Sent<unknown>) && troubled(sent as Sent<unknown>);
  const policy = circuitBreaker(handleWhenResult(isTrouble), {
    halfOpenAfter: seconds * 1000,
    breaker: new ConsecutiveBreaker(failures),
  });
  return {
    async run(work) {
      try {
        return await policy.execute(work);
      } catch (error) {
        if (!(error instanceof BrokenCircuitError)) throw error;
        const details = { retryAfterSeconds: Math.ceil(seconds) };
        throw new LobarError('ehr-suspended', { ehr, failures, seconds }, { cause: error, details });
      }
    },
  };
}

function troubled(sent: Sent<unknown>): boolean {
  return 'failure' in sent && sent.failure.trouble;
}
