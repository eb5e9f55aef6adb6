import { LobarError } from '../errors.ts';
import type { EhrClient } from './open-ehr.ts';

/** The time that an EHR has for all of a publishing, which stands still while something else is waited for. */
export interface TotalTime {
  /** Aborted with `ehr-timeout` once it is over. */
  readonly signal: AbortSignal;
  /** Does work that is none of the EHR's while its time stands still. */
  outside<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Does work of the EHR within what is done outside. */
  inside<T>(work: () => Promise<T>): Promise<T>;
}

/** Does its work within `timeouts.total` of the EHR. */
export async function withinTotal<T>(
  { name: ehr, config, connection }: EhrClient,
  signal: AbortSignal,
  work: (time: TotalTime) => Promise<T>,
): Promise<T> {
  const seconds = config.timeouts.total;
  const overdue = new AbortController();
  const phase = 'for all of the publishing';
  const expire = () =>
    overdue.abort(
      new LobarError('ehr-timeout', { ehr, setting: connection.setting, limit: 'total', phase, seconds }),
    );
  let leftMs = seconds * 1000;
  let startedAt = 0;
  let timer: NodeJS.Timeout | undefined;
  const start = () => {
    startedAt = performance.now();
    timer = setTimeout(expire, leftMs);
  };
  const stop = () => {
    clearTimeout(timer);
    leftMs = Math.max(0, leftMs - (performance.now() - startedAt));
  };
  start();
  try {
    return await work({
      signal: AbortSignal.any([signal, overdue.signal]),
      outside: (one) => between(stop, () => one(signal), start),
      inside: (one) => between(start, one, stop),
    });
  } finally {
    clearTimeout(timer);
  }
}

async function between<T>(before: () => void, work: () => Promise<T>, after: () => void): Promise<T> {
  before();
  try {
    return await work();
  } finally {
    after();
  }
}
