import { exchangeFault, statusUnlessAborted } from '../outbound/exchange-fault.ts';
import type { EndExchange } from '../telemetry/exchange.ts';

interface ReadAnswer {
  readonly status: number;
  /** Whether its bytes are DICOM instances. */
  readonly hasImages: boolean;
  /** That the request was sent with. */
  readonly signal: AbortSignal;
  readonly end: EndExchange;
}

/** Passes the chunks of an answer on, and ends its exchange with the last of them, or when nobody wants more. */
export async function* observedChunks(
  chunks: AsyncIterable<Uint8Array>,
  { status, hasImages, signal, end }: ReadAnswer,
): AsyncGenerator<Uint8Array, void, undefined> {
  let code: Parameters<EndExchange>[0] | undefined;
  let bytes = 0;
  let heldMs = 0;
  try {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      const given = performance.now();
      try {
        yield chunk;
      } finally {
        heldMs += performance.now() - given;
      }
    }
    code = status;
  } catch (error) {
    code = exchangeFault(error, signal);
    throw error;
  } finally {
    // Else it was left while nobody had asked for more.
    code ??= statusUnlessAborted(status, signal);
    end(code, hasImages ? { heldMs, imageBytes: bytes } : { heldMs });
  }
}
