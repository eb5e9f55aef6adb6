import { takingTurns } from '../../event-loop-turns.ts';

/** Divides by three, so that the pieces are base64 of the whole when they are put together: 512 KiB of text each. */
export const pieceBytes = 384 * 1024;

/** Views of so many bytes at most; one of none where there are none. */
export function* piecesOf(bytes: Uint8Array): Generator<Buffer> {
  const whole = asBuffer(bytes);
  let from = 0;
  do {
    yield whole.subarray(from, from + pieceBytes);
    from += pieceBytes;
  } while (from < whole.length);
}

/** The same bytes, not a copy of them. */
export function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/**
 * The same pieces, with turns of the event loop in between: a socket that takes all at once asks for the next piece
 * within the same turn, and many megabytes would hold up every other request.
 */
export async function* inTurns<Piece>(pieces: Iterable<Piece>): AsyncGenerator<Piece> {
  const turn = takingTurns();
  for (const piece of pieces) {
    yield piece;
    await turn();
  }
}
