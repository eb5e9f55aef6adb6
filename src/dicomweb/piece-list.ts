/** Chunks below this are packed together: one view for each would outweigh the byte or two it holds. */
const smallPiece = 2048;
const packBytes = 64 * 1024;

/**
 * Bytes that arrive in pieces and leave as one array. Pieces are kept as they came and copied once, into the
 * array; small ones are packed first, so that memory stays near the bytes held however finely a peer cuts them.
 */
export class PieceList {
  readonly #pieces: Uint8Array[] = [];
  #pack: Uint8Array | undefined;
  #packStart = 0;
  #packEnd = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  append(piece: Uint8Array): void {
    this.#length += piece.length;
    if (piece.length >= smallPiece) {
      this.#closePack();
      this.#pieces.push(piece);
    } else if (piece.length > 0) {
      this.#packSmall(piece);
    }
  }

  /** The first `length` bytes in an ArrayBuffer of exactly that size, ready to be transferred to a worker. */
  take(length: number): Uint8Array<ArrayBuffer> {
    this.#closePack();
    // Not zeroed first: every byte is written below. Not from the pool: the buffer must be its own.
    const whole = new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
    let at = 0;
    for (const piece of this.#pieces) {
      const part = piece.subarray(0, length - at);
      whole.set(part, at);
      at += part.length;
    }
    return whole;
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
