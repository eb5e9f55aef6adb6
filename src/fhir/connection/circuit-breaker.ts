import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhenResult,
} from 'cockatiel';
import type { FhirConnectionConfig } from '../../config-schema.ts';
import { LobarError } from '../../errors.ts';
import type { Sent } from './send-with-retry.ts';

/** Leaves a server that failed again and again alone for a while; of cockatiel, one for each target. */
export interface CircuitBreaker {
  /**
   * Does the work. After `openSeconds` one request tries alone; the others are refused until it is decided.
   *
   * @throws LobarError `ehr-suspended` while the server is left alone, without having begun the work
   */
  run<T extends Sent<unknown>>(work: () => Promise<T>): Promise<T>;
}

/** A request that says nothing about the server: neither its success nor its failure. */
class Undecided extends Error {}

export function openCircuitBreaker(
  ehr: string,
  { failures, openSeconds }: FhirConnectionConfig['breaker'],
): CircuitBreaker {
  let openedAt = 0;
  let policy = openPolicy();

  function openPolicy(initialState?: unknown): CircuitBreakerPolicy {
    const opened = circuitBreaker(
      handleWhenResult((sent) => healthOf(sent as Sent<unknown>) === 'troubled'),
      {
        halfOpenAfter: openSeconds * 1000,
        breaker: new ConsecutiveBreaker(failures),
        ...(initialState === undefined ? {} : { initialState }),
      },
    );
    opened.onBreak(() => {
      openedAt = Date.now();
    });
    return opened;
  }

  function suspended(seconds: number, cause?: unknown): LobarError {
    const details = { retryAfterSeconds: Math.max(1, Math.ceil(seconds)) };
    return new LobarError(
      'ehr-suspended',
      { ehr, failures, seconds: openSeconds },
      { ...(cause === undefined ? {} : { cause }), details },
    );
  }

  return {
    async run<T extends Sent<unknown>>(work: () => Promise<T>): Promise<T> {
      const asked = policy;
      // cockatiel would let the others wait for the one that tries, however long it hangs.
      if (asked.state === CircuitState.HalfOpen) throw suspended(1);
      let undecided: T | undefined;
      try {
        return await asked.execute(async () => {
          const tries = asked.state === CircuitState.HalfOpen;
          const sent = await work();
          if (healthOf(sent) !== 'unknown') return sent;
          // cockatiel would count it as a success, and close: the next request shall try in its place.
          if (tries) policy = openPolicy(asked.toJSON());
          undecided = sent;
          throw new Undecided();
        });
      } catch (error) {
        if (undecided !== undefined) return undecided;
        if (!(error instanceof BrokenCircuitError)) throw error;
        throw suspended(openSeconds - (Date.now() - openedAt) / 1000, error);
      }
    },
  };
}

function healthOf(sent: Sent<unknown>): 'troubled' | 'working' | 'unknown' {
  return 'failure' in sent ? sent.failure.health : 'working';
}
