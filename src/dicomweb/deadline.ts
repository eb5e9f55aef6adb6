import { LobarError } from '../errors.ts';

/** The time that a whole answer of a PACS may take. */
export interface Deadline {
  /** Aborted by the caller, or with `pacs-timeout`. */
  readonly signal: AbortSignal;
  /**
   * Waits for the PACS. Only this time counts: what the reader of an answer does with it meanwhile, decoding
   * for instance, is not the fault of the PACS.
   */
  during<Value>(wait: () => Promise<Value>): Promise<Value>;
}

export function openDeadline(pacs: string, seconds: number, signal: AbortSignal): Deadline {
  const overdue = new AbortController();
  const expire = () => {
    const phase = 'for its whole answer';
    overdue.abort(new LobarError('pacs-timeout', { pacs, limit: 'total', phase, seconds }));
  };
  let leftMs = seconds * 1000;
  return {
    signal: AbortSignal.any([signal, overdue.signal]),
    async during(wait) {
      const since = performance.now();
      const timer = setTimeout(expire, leftMs);
      try {
        return await wait();
      } finally {
        clearTimeout(timer);
        leftMs -= performance.now() - since;
      }
    },
  };
}
