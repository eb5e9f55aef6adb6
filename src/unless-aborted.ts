import { abortReason } from './abort-reason.ts';

/**
 * Waits for work that cannot be broken off itself; who else waits for it is not disturbed.
 *
 * @throws LobarError what the signal was aborted with, or `cancelled`
 */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(abortReason(signal));
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
