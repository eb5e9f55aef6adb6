import { LobarError } from '../errors.ts';

/** A document that a service made of an analysis. */
export interface RemoteDocument {
  readonly kind: string;
  /** As the service names it: not to be trusted as a path. */
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

type Part = Omit<RemoteDocument, 'bytes'> & {
  readonly size: number;
  readonly part: number;
  readonly parts: number;
  readonly data: string;
};

/**
 * Puts documents together of the parts that a stream of events brings, in order, one document after the
 * other. How much comes is limited by what the client reads of an answer.
 */
export class DocumentCollector {
  readonly #whole: RemoteDocument[] = [];
  #open: { readonly first: Part; readonly pieces: Buffer[] } | undefined;

  /**
   * @param text - data of a `document` event
   * @throws LobarError `service-answer-invalid`
   */
  add(text: string): void {
    const part = parsePart(text);
    if (part.part === 1 && this.#open === undefined) this.#open = { first: part, pieces: [] };
    const { first, pieces } = this.#open ?? {};
    const isNext =
      first?.name === part.name && first.parts === part.parts && pieces?.length === part.part - 1;
    if (first === undefined || pieces === undefined || !isNext) throw invalid('out of order');
    pieces.push(Buffer.from(part.data, 'base64'));
    if (pieces.length < first.parts) return;
    const { kind, name, contentType, size } = first;
    const bytes = Buffer.concat(pieces);
    if (bytes.length !== size) throw invalid('not of the size that is told');
    this.#whole.push({ kind, name, contentType, bytes });
    this.#open = undefined;
  }

  /**
   * All of them, when the Analysis is there.
   *
   * @throws LobarError `service-answer-invalid` where a part of one is missing
   */
  finish(): readonly RemoteDocument[] {
    if (this.#open !== undefined) throw invalid('incomplete');
    return this.#whole;
  }
}

function parsePart(text: string): Part {
  let part: unknown;
  try {
    part = JSON.parse(text);
  } catch (cause) {
    throw invalid('no JSON', cause);
  }
  const given = (typeof part === 'object' ? (part ?? {}) : {}) as Record<string, unknown>;
  const texts = ['kind', 'name', 'contentType', 'data'].every((field) => typeof given[field] === 'string');
  const numbers = ['size', 'part', 'parts'].every((field) => Number.isSafeInteger(given[field]));
  if (!texts || !numbers) throw invalid('without what says which it is');
  return given as unknown as Part;
}

function invalid(what: string, cause?: unknown): LobarError {
  return new LobarError('service-answer-invalid', { problem: `a document of it is ${what}` }, { cause });
}
