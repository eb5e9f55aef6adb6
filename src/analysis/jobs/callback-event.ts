import type { CallbackEvent } from '../../callbacks/callback.ts';
import { type Call, jobPath } from './analysis-job.ts';

/** What a callback is told: enough to ask for the rest, nothing of the patient. */
export function callbackEvent({ job: { id, state, ended }, outcome, code }: Call): CallbackEvent {
  return {
    id,
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
