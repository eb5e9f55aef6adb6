import { PieceList } from './piece-list.ts';

/** The body is not a JSON array of objects. Its message quotes nothing: the text is a patient's. */
export class NotAnArrayOfObjects extends Error {
  constructor() {
    super('the body is not a JSON array of objects');
  }
}

const [quote, backslash, openBrace, closeBrace] = Array.from(Buffer.from('"\\{}')) as [
  number,
  number,
  number,
  number,
];
const [openBracket, closeBracket, comma] = Array.from(Buffer.from('[],')) as [number, number, number];
const whiteSpace = new Set(Buffer.from(' \t\r\n'));

/** What may come next, between the objects of the array (RFC 8259 5). */
type Expected = 'array' | 'object or end' | 'comma or end' | 'object' | 'nothing';

/**
 * The texts of the objects of a JSON array (RFC 8259), each as soon as its last byte has arrived, so that
 * each can be parsed alone. Braces outside of strings are all it looks at: what is between them the parser
 * of the object checks.
 *
 * @throws NotAnArrayOfObjects; and whatever `chunks` throws, unchanged.
 */
export async function* splitJsonArray(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<string, void, undefined> {
  const object = new ObjectScanner();
  let expected: Expected = 'array';
  for await (const chunk of chunks) {
    let at = 0;
    while (at < chunk.length) {
      if (!object.isOpen) {
        const byte = chunk[at] as number;
        if (byte !== openBrace) {
          expected = afterByte(byte, expected);
          at += 1;
          continue;
        }
        if (expected !== 'object' && expected !== 'object or end') throw new NotAnArrayOfObjects();
      }
      const { end, text } = object.take(chunk, at);
      at = end;
      if (text === undefined) continue;
      expected = 'comma or end';
      yield text;
    }
  }
  if (expected !== 'nothing') throw new NotAnArrayOfObjects();
}

function afterByte(byte: number, expected: Expected): Expected {
  if (whiteSpace.has(byte)) return expected;
  if (byte === openBracket && expected === 'array') return 'object or end';
  if (byte === comma && expected === 'comma or end') return 'object';
  if (byte === closeBracket && (expected === 'object or end' || expected === 'comma or end'))
    return 'nothing';
  throw new NotAnArrayOfObjects();
}

/** Finds where an object ends that begins with a brace, wherever the chunks happen to be cut. */
class ObjectScanner {
  #pieces = new PieceList();
  #depth = 0;
  #inString = false;
  #escaped = false;

  get isOpen(): boolean {
    return this.#depth > 0;
  }

  /** Reads on from `start`: `end` is behind what belongs to the object, `text` is there when that is all of it. */
  take(chunk: Uint8Array, start: number): { readonly end: number; readonly text?: string } {
    const end = this.#scan(chunk, start);
    const piece = chunk.subarray(start, end);
    // Most objects lie in one chunk, and need no copy.
    if (!this.isOpen && this.#pieces.length === 0) return { end, text: textOf(piece) };
    this.#pieces.append(piece);
    if (this.isOpen) return { end };
    const text = textOf(this.#pieces.take(this.#pieces.length));
    this.#pieces = new PieceList();
    return { end, text };
  }

  #scan(chunk: Uint8Array, start: number): number {
    // Locals: this loop meets every byte of the answer.
    let [depth, inString, escaped] = [this.#depth, this.#inString, this.#escaped];
    let at = start;
    while (at < chunk.length) {
      const byte = chunk[at] as number;
      at += 1;
      if (escaped) escaped = false;
      else if (inString) {
        if (byte === quote) inString = false;
        else if (byte === backslash) escaped = true;
      } else if (byte === quote) inString = true;
      else if (byte === openBrace) depth += 1;
      else if (byte === closeBrace) {
        depth -= 1;
        if (depth === 0) break;
      }
    }
    [this.#depth, this.#inString, this.#escaped] = [depth, inString, escaped];
    return at;
  }
}

function textOf({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
}
