import { LobarError } from '../errors.ts';
import type { EhrClient } from './open-ehr.ts';

/** Does its work within `timeouts.total` of the EHR: its signal is then aborted with `ehr-timeout`. */
export async function withinTotal<T>(
  { name: ehr, config, connection }: EhrClient,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const seconds = config.timeouts.total;
  const overdue = new AbortController();
  const timer = setTimeout(() => {
    const phase = 'for all of the publishing';
    overdue.abort(
      new LobarError('ehr-timeout', { ehr, setting: connection.setting, limit: 'total', phase, seconds }),
    );
  }, seconds * 1000);
  try {
    return await work(AbortSignal.any([signal, overdue.signal]));
  } finally {
    clearTimeout(timer);
  }
}
