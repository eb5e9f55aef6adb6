import { PieceList } from './piece-list.ts';

const nothing = Buffer.alloc(0);

/** Reads a stream of chunks up to delimiters, wherever the chunks happen to be cut. */
export class ChunkReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Buffer = nothing;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /**
   * The bytes before the next `delimiter`, which is consumed too; undefined when the stream ends first.
   * `precededBy` stands before the first byte, so that a delimiter may begin in what was read already.
   * Room for `expected` bytes is taken up at once.
   *
   * @throws what `overLimit` makes, as soon as more than `limit` bytes lie before the delimiter.
   */
  async takeUntil(
    delimiter: Buffer,
    limit: number,
    overLimit: () => Error,
    precededBy: Buffer = nothing,
    expected = 0,
  ): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const overlap = delimiter.length - 1;
    const pieces = new PieceList(expected);
    let tail = precededBy;
    const finish = (length: number, consumed: number) => {
      if (length > limit) throw overLimit();
      this.#rest = this.#rest.subarray(consumed);
      return pieces.take(Math.max(length, 0));
    };
    while (this.#rest.length > 0 || (await this.#load())) {
      if (tail.length > 0) {
        const seam = Buffer.concat([tail, this.#rest.subarray(0, overlap)]).indexOf(delimiter);
        if (seam >= 0) {
          return finish(pieces.length - (tail.length - seam), seam + delimiter.length - tail.length);
        }
      }
      const chunk = this.#rest;
      const found = chunk.indexOf(delimiter);
      if (found >= 0) {
        pieces.append(chunk.subarray(0, found));
        return finish(pieces.length, found + delimiter.length);
      }
      pieces.append(chunk);
      this.#rest = nothing;
      // All but the last `overlap` bytes are certain to lie before the delimiter.
      if (pieces.length - overlap > limit) throw overLimit();
      tail =
        chunk.length >= overlap ? chunk.subarray(chunk.length - overlap) : lastBytes(tail, chunk, overlap);
    }
    return undefined;
  }

  /** The next `count` bytes; undefined when the stream ends first. */
  async take(count: number): Promise<Buffer | undefined> {
    let taken = nothing;
    while (taken.length < count) {
      if (this.#rest.length === 0 && !(await this.#load())) return undefined;
      const wanted = count - taken.length;
      taken = Buffer.concat([taken, this.#rest.subarray(0, wanted)]);
      this.#rest = this.#rest.subarray(wanted);
    }
    return taken;
  }

  /** Reads on to the end of the stream, but no more than `limit` bytes. */
  async drain(limit: number): Promise<void> {
    let read = 0;
    do {
      read += this.#rest.length;
      this.#rest = nothing;
    } while (read <= limit && (await this.#load()));
  }

  /** Tells the source that nothing more is read, so that it closes what it holds open. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async #load(): Promise<boolean> {
    for (;;) {
      const { done, value } = await this.#chunks.next();
      if (done) return false;
      if (value.length > 0) {
        this.#rest = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
        return true;
      }
    }
  }
}

function lastBytes(before: Buffer, chunk: Buffer, count: number): Buffer {
  const joined = Buffer.concat([before, chunk]);
  return joined.subarray(Math.max(0, joined.length - count));
}
