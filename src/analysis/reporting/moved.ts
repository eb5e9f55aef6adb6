import { move, transferableSymbol, valueSymbol } from 'piscina';

/** A result of a worker whose arrays are moved to who asked, not copied: each that has its memory for itself. */
export function moved<Result extends object>(result: Result, arrays: readonly ArrayBufferView[]): Result {
  const transfer = ownBuffers(arrays);
  const movable = { [transferableSymbol]: transfer, [valueSymbol]: result };
  // Piscina takes it apart before it is sent.
  return move(movable as unknown as Parameters<typeof move>[0]) as unknown as Result;
}

/** The memory of arrays that are not a part of a greater one, each once. */
export function ownBuffers(arrays: readonly ArrayBufferView[]): ArrayBuffer[] {
  const own = arrays.flatMap(({ buffer, byteLength }) =>
    buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [],
  );
  return [...new Set(own)];
}
