import type { DocumentPiece, ReceivedDocument } from './api.ts';
import { answerInvalid } from './service-problem.ts';

export interface DocumentCollector {
  /**
   * Takes the next piece.
   *
   * @returns the share of its document that has arrived
   * @throws ServiceProblem `service-answer-invalid` for one that is out of order, or a document of another size than is told
   */
  add(piece: DocumentPiece): number;
  /** All of them, when the Analysis is there. @throws ServiceProblem `service-answer-invalid` where a piece is missing */
  finish(): readonly ReceivedDocument[];
}

/** Puts documents together that arrive in pieces, in order, one document after the other. */
export function collectDocuments(): DocumentCollector {
  const whole: ReceivedDocument[] = [];
  let open: { readonly first: DocumentPiece; readonly parts: Blob[] } | undefined;
  return {
    add(piece) {
      open ??= { first: piece, parts: [] };
      const { first, parts } = open;
      const isNext =
        piece.name === first.name && piece.parts === first.parts && piece.part === parts.length + 1;
      if (!isNext) throw answerInvalid('a document of it is out of order');
      parts.push(new Blob([bytesOf(piece.data)]));
      if (parts.length === first.parts) {
        const { kind, name, title, contentType, size } = first;
        const blob = new Blob(parts, { type: contentType });
        if (blob.size !== size) throw answerInvalid('a document of it is not of the size that is told');
        whole.push({ kind, name, title, contentType, blob });
        open = undefined;
      }
      return parts.length / first.parts;
    },
    finish() {
      if (open !== undefined) throw answerInvalid('a document of it is incomplete');
      return whole;
    },
  };
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
