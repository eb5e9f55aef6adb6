import type { DocumentPiece, ReceivedDocument } from './api.ts';

export interface DocumentCollector {
  /** Takes a piece. @returns the share of its document that has arrived */
  add(piece: DocumentPiece): number;
  /** Those that arrived whole, in the order in which they began. */
  documents(): ReceivedDocument[];
}

/** Puts documents together that arrive in pieces. */
export function collectDocuments(): DocumentCollector {
  const begun = new Map<string, { readonly piece: DocumentPiece; readonly parts: Blob[] }>();
  return {
    add(piece) {
      const known = begun.get(piece.name) ?? { piece, parts: [] };
      begun.set(piece.name, known);
      known.parts.push(new Blob([bytesOf(piece.data)]));
      return known.parts.length / piece.parts;
    },
    documents() {
      return [...begun.values()]
        .filter(({ piece, parts }) => parts.length === piece.parts)
        .map(({ piece: { kind, name, title, contentType }, parts }) => {
          return { kind, name, title, contentType, blob: new Blob(parts, { type: contentType }) };
        });
    },
  };
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
