import { type Limit, overLimit } from '../over-limit.ts';

type Chunks = AsyncIterable<Uint8Array>;

/** One request for a part of the series. */
export interface Attempt {
  /** Passes chunks on as long as the series stays within its limit. Errors while iterating: `limit-exceeded`. */
  count(chunks: Chunks): AsyncGenerator<Uint8Array, void>;
  /**
   * What it brought is thrown away, and does not count for the series. False when as much as a whole series
   * was thrown away: it is not worth another attempt.
   */
  giveBack(): boolean;
}

/** The bytes of a series that many requests bring together; `already` of them came before. */
export function seriesBytes(limit: Limit, already: number): () => Attempt {
  let held = already;
  let wasted = 0;
  return () => {
    let brought = 0;
    return {
      async *count(chunks) {
        for await (const chunk of chunks) {
          brought += chunk.length;
          held += chunk.length;
          if (held > limit.value) throw overLimit(limit);
          yield chunk;
        }
      },
      giveBack() {
        held -= brought;
        wasted += brought;
        return wasted <= limit.value;
      },
    };
  };
}
