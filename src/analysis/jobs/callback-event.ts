import type { CallbackEvent } from '../../callbacks/callback.ts';
import { type Call, jobPath } from './analysis-job.ts';

/**
 * What a callback is told: enough to ask for the rest, nothing of the patient.
 *
 * @param callId - of the call, not of the job: one that is done once more after it failed ends twice, and who knows the
 *   first `webhook-id` must not take the second for a repetition (Standard Webhooks 1.0, "Webhook headers")
 */
export function callbackEvent(
  callId: string,
  { job: { id, state, ended }, outcome, code }: Call,
): CallbackEvent {
  return {
    id: callId,
    type: `analysis.${state}`,
    timestamp: ended ?? new Date().toISOString(),
    data: {
      id,
      state,
      href: jobPath(id),
      ...(outcome === undefined ? {} : { outcome }),
      ...(code === undefined ? {} : { code }),
    },
  };
}
