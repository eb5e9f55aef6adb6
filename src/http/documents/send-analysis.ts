import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { Analysis } from '../../analysis/analysis.ts';
import type { AnalyzeResult } from '../../analysis/analyze.ts';
import type { ReportDocument } from '../../analysis/reporting/report-document.ts';
import { json } from '../negotiate.ts';
import { inTurns, piecesOf } from './base64-pieces.ts';
import { describeDocument } from './document-events.ts';

/** The Analysis, with the documents that were asked for in it. */
export function sendAnalysis(
  reply: FastifyReply,
  { analysis, documents = [] }: Pick<AnalyzeResult, 'analysis' | 'documents'>,
): FastifyReply {
  if (documents.length === 0) return reply.send(analysis);
  return reply.type(`${json}; charset=utf-8`).send(Readable.from(inTurns(jsonPieces(analysis, documents))));
}

/** Each piece is made when it goes out. */
function* jsonPieces(analysis: Analysis, documents: readonly ReportDocument[]): Generator<string> {
  yield `${opened(analysis)},"documents":[`;
  let separator = '';
  for (const document of documents) {
    yield `${separator}${opened(describeDocument(document))},"data":"`;
    for (const piece of piecesOf(document.bytes)) yield piece.toString('base64');
    yield '"}';
    separator = ',';
  }
  yield ']}';
}

/** An object that has properties, without the brace that closes it. */
function opened(object: object): string {
  return JSON.stringify(object).slice(0, -1);
}
