/** One request to another system and its answer, in words that name nobody: few enough to be labels. */
export interface Exchange {
  /** `token`: an authorization server. */
  readonly system: 'pacs' | 'ehr' | 'audit' | 'token' | 'callback';
  /** What was asked for, one of a few words of ours: `wado_series`. */
  readonly operation: string;
}

/** Why there was no whole answer. `aborted`: on our side. `broken`: the connection was lost. */
export type ExchangeFault = 'timeout' | 'unreachable' | 'broken' | 'aborted' | 'error';

export interface FinishedExchange extends Exchange {
  /** The HTTP status of the answer, or why there was no whole one. */
  readonly code: number | ExchangeFault;
  /** From the request to the last byte of the answer, without the time in which that waited to be read. */
  readonly seconds: number;
  /** Of DICOM instances in the answer, where those were asked for. */
  readonly imageBytes?: number;
}

export type ObserveExchange = (exchange: FinishedExchange) => void;

/** Ends an exchange; only the first call counts. `heldMs`: how long its answer waited to be read. */
export type EndExchange = (
  code: FinishedExchange['code'],
  told?: { readonly imageBytes?: number; readonly heldMs?: number },
) => void;

/**
 * Runs one exchange and tells how it ended: the one place where an exchange begins and ends, for whoever wants
 * to see them.
 *
 * @param run - calls `end`, also later than it returns, as for an answer that is still being read; an exchange
 *   that it throws in before is an `error`
 */
export async function observedExchange<Result>(
  observe: ObserveExchange | undefined,
  exchange: Exchange,
  run: (end: EndExchange) => Promise<Result>,
): Promise<Result> {
  const started = performance.now();
  let ended = false;
  const end: EndExchange = (code, { heldMs = 0, ...told } = {}) => {
    if (ended) return;
    ended = true;
    const seconds = Math.max(0, performance.now() - started - heldMs) / 1000;
    observe?.({ ...exchange, code, seconds, ...told });
  };
  try {
    return await run(end);
  } catch (error) {
    end('error');
    throw error;
  }
}
