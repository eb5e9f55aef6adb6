/** Chunks below this are packed together: one view for each would outweigh the byte or two it holds. */
const smallPiece = 2048;
const packBytes = 64 * 1024;

/**
 * Bytes that arrive in pieces and leave as one array. Where their number is known they are written in place as
 * they come, while they are still in the processor's cache and before the collector has to move them; else, and
 * beyond it, pieces are kept as they are and copied once. Small ones are packed first, so that memory stays near
 * the bytes held however finely a peer cuts them.
 */
export class PieceList {
  readonly #expected: Uint8Array<ArrayBuffer>;
  readonly #pieces: Uint8Array[] = [];
  #pack: Uint8Array | undefined;
  #packStart = 0;
  #packEnd = 0;
  #length = 0;

  /** `expected` bytes are taken up at once, so it must not be a mere claim; 0 where nothing is known. */
  constructor(expected = 0) {
    this.#expected = uncleared(expected);
  }

  get length(): number {
    return this.#length;
  }

  append(piece: Uint8Array): void {
    const room = Math.max(0, this.#expected.length - this.#length);
    if (room > 0) this.#expected.set(piece.subarray(0, room), this.#length);
    this.#length += piece.length;
    if (piece.length > room) this.#keep(piece.subarray(room));
  }

  /** The first `length` bytes in an ArrayBuffer of exactly that size, ready to be transferred to a worker. */
  take(length: number): Uint8Array<ArrayBuffer> {
    if (length === this.#expected.length) return this.#expected;
    this.#closePack();
    const whole = uncleared(length);
    let at = 0;
    for (const piece of [this.#expected, ...this.#pieces]) {
      const part = piece.subarray(0, length - at);
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  #keep(piece: Uint8Array): void {
    if (piece.length < smallPiece) {
      this.#packSmall(piece);
    } else {
      this.#closePack();
      this.#pieces.push(piece);
    }
  }

  #packSmall(piece: Uint8Array): void {
    if (this.#pack === undefined || this.#packEnd + piece.length > this.#pack.length) {
      this.#closePack();
      // As large as what came before: most lists hold one header line, and a full pack for each would be as
      // much memory to clear and collect as the instances themselves.
      this.#pack = new Uint8Array(Math.min(packBytes, Math.max(this.#length, smallPiece)));
      this.#packStart = 0;
      this.#packEnd = 0;
    }
    this.#pack.set(piece, this.#packEnd);
    this.#packEnd += piece.length;
  }

  #closePack(): void {
    if (this.#pack === undefined || this.#packEnd === this.#packStart) return;
    this.#pieces.push(this.#pack.subarray(this.#packStart, this.#packEnd));
    this.#packStart = this.#packEnd;
  }
}

/** Not zeroed first: every byte is written. Not from the pool: the buffer must be its own. */
function uncleared(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
}
