import { LobarError } from '../errors.ts';

/** The time that a whole answer of a PACS may take. */
export interface Deadline {
  /** Aborted by the caller, or with `pacs-timeout`. */
  readonly signal: AbortSignal;
  readonly stop: () => void;
}

/** Runs until it is stopped. */
export function startDeadline(pacs: string, seconds: number, signal: AbortSignal): Deadline {
  const overdue = new AbortController();
  const timer = setTimeout(() => {
    overdue.abort(new LobarError('pacs-timeout', { pacs, phase: 'for its whole answer', seconds }));
  }, seconds * 1000);
  return { signal: AbortSignal.any([signal, overdue.signal]), stop: () => clearTimeout(timer) };
}

/** The value, unless the signal is aborted first; who else waits for the value is not disturbed. */
export async function unlessAborted<Value>(value: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => {
    const { reason } = signal;
    aborted.reject(
      reason instanceof LobarError ? reason : new LobarError('cancelled', {}, { cause: reason }),
    );
  };
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([value, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
