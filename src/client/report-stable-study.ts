import { LobarError } from '../errors.ts';
import { answerFailure } from './answer-failure.ts';
import type { paths } from './api.ts';
import type { ServiceClient } from './open-service-client.ts';
import { readRefusal } from './read-refusal.ts';

type Event = paths['/v1/events/study-stable']['post']['requestBody']['content']['application/json'];

const decisions = ['enqueued', 'known', 'filtered'] as const;

/**
 * Tells a Lobar service that a study has arrived: POST /v1/events/study-stable, as its OpenAPI document says.
 *
 * @throws LobarError `service-refused` with what it answered; `service-unreachable`, `service-unavailable`,
 *   `service-answer-invalid`; `cancelled`; `config-invalid`, `proxy-failed`, `address-blocked` of the way to it
 */
export async function reportStableStudy(
  { api }: Pick<ServiceClient, 'api'>,
  event: Event,
  signal: AbortSignal,
): Promise<(typeof decisions)[number]> {
  try {
    const { response, data, error } = await api.POST('/v1/events/study-stable', { body: event, signal });
    const { status } = response;
    if (status === 200 || status === 202) {
      const decision = decisions.find((one) => one === data?.decision);
      if (decision !== undefined) return decision;
      throw new LobarError('service-answer-invalid', { problem: 'what it sent has no known decision' });
    }
    const { problem } = readRefusal(response, error);
    if (problem === undefined) throw new LobarError('service-unavailable', { status });
    throw new LobarError('service-refused', { status, code: codeOf(problem.code) });
  } catch (thrown) {
    throw answerFailure(thrown, { signal, begun: false });
  }
}

/** What another sends may be anything. */
function codeOf(code: string): string {
  return /^[a-z-]{1,60}$/.test(code) ? code : 'without a known code';
}
