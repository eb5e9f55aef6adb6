import type { ReportDocument } from '../../analysis/reporting/report-document.ts';
import { pieceBytes, piecesOf } from './base64-pieces.ts';

/** What is said of a document beside its bytes. */
export function describeDocument({ kind, name, title, contentType, language, bytes }: ReportDocument) {
  const said = { kind, name, title, contentType, size: bytes.length };
  return language === undefined ? said : { ...said, language };
}

/** The data of `document` events: a document in parts from 1 to `parts`, each of which is base64 by itself. */
export function* documentEvents(documents: readonly ReportDocument[]): Generator<object> {
  for (const document of documents) {
    const parts = Math.max(1, Math.ceil(document.bytes.length / pieceBytes));
    let part = 0;
    for (const piece of piecesOf(document.bytes)) {
      part += 1;
      yield { ...describeDocument(document), part, parts, data: piece.toString('base64') };
    }
  }
}
