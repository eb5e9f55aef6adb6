import type { Readable } from 'node:stream';
import { LobarError } from '../errors.ts';

/**
 * The chunks of a request body as they arrive.
 *
 * The stream is never destroyed from here, not even on an error: its socket still has to carry the answer.
 *
 * @throws LobarError `upload-stalled` when nothing comes for `idleSeconds`; the signal's reason when it fires.
 */
export async function* arrivingChunks(
  body: Readable,
  { idleSeconds, signal }: { readonly idleSeconds: number; readonly signal: AbortSignal },
): AsyncGenerator<Uint8Array> {
  const chunks = body.iterator({ destroyOnReturn: false }) as AsyncIterator<Uint8Array>;
  while (true) {
    const next = await within(chunks.next(), idleSeconds, signal);
    if (next.done) return;
    yield next.value;
  }
}

async function within<Value>(
  arrival: Promise<Value>,
  idleSeconds: number,
  signal: AbortSignal,
): Promise<Value> {
  signal.throwIfAborted();
  const stop = Promise.withResolvers<never>();
  const onAbort = () => stop.reject(signal.reason);
  const stalled = () => stop.reject(new LobarError('upload-stalled', { seconds: idleSeconds }));
  const timer = setTimeout(stalled, idleSeconds * 1000);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([arrival, stop.promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    // The arrival may still fail when nobody waits for it any more.
    arrival.catch(() => {});
  }
}
