import { type Limit, overLimit } from '../over-limit.ts';

type Chunks = AsyncIterable<Uint8Array>;

/**
 * Passes chunks on as long as all of them together, of every stream that it is given, stay within the limit.
 *
 * Errors while iterating: `limit-exceeded`, and whatever the chunks throw.
 */
export function byteBudget(limit: Limit): (chunks: Chunks) => AsyncGenerator<Uint8Array, void> {
  let received = 0;
  return async function* (chunks) {
    for await (const chunk of chunks) {
      received += chunk.length;
      if (received > limit.value) throw overLimit(limit);
      yield chunk;
    }
  };
}
