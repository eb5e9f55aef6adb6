import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { Analysis } from '../../analysis/analysis.ts';
import type { AnalyzeResult } from '../../analysis/analyze.ts';
import type { ReportDocument } from '../../analysis/reporting/report-document.ts';
import { LobarError } from '../../errors.ts';
import { type DocumentType, documentTypes } from '../negotiate.ts';
import { asBuffer, inTurns, piecesOf } from './base64-pieces.ts';

/** What a browser that shows the HTML by itself lets it do: it is one file, and runs nothing. */
const sandboxed = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; sandbox";

/**
 * The document of an analysis that its client accepts, alone; DICOM objects together, as WADO-RS sends them
 * (PS3.18 8.7.3.5.1).
 *
 * @throws LobarError `not-eligible`, `report-failed`
 */
export function sendDocument(
  reply: FastifyReply,
  { analysis, documents = [] }: Pick<AnalyzeResult, 'analysis' | 'documents'>,
  type: DocumentType,
): FastifyReply {
  if (analysis.outcome === 'ineligible') throw notEligible(analysis);
  const wanted = documents.filter(({ kind }) => kind === documentTypes[type]);
  const [first] = wanted;
  if (first === undefined) {
    const isPublished = analysis.outcome === 'published';
    throw new LobarError('report-failed', { problem: 'no such document was made', isPublished });
  }
  reply.header('x-content-type-options', 'nosniff');
  if (documentTypes[type] === 'dicom') return sendParts(reply, wanted);
  if (first.language !== undefined) reply.header('content-language', first.language);
  if (type === 'text/html') reply.header('content-security-policy', sandboxed);
  return reply
    .type(type === 'text/html' ? `${type}; charset=utf-8` : type)
    .header('content-disposition', `inline; filename="${first.name}"`)
    .send(asBuffer(first.bytes));
}

function sendParts(reply: FastifyReply, objects: readonly ReportDocument[]): FastifyReply {
  const boundary = randomUUID();
  const head = `--${boundary}\r\nContent-Type: application/dicom\r\n`;
  const heads = objects.map(({ bytes }) => `${head}Content-Length: ${bytes.length}\r\n\r\n`);
  const end = `--${boundary}--\r\n`;
  const length = objects.reduce(
    (sum, { bytes }, index) => sum + (heads[index] ?? '').length + bytes.length + 2,
    end.length,
  );
  function* body(): Generator<Buffer> {
    for (const [index, { bytes }] of objects.entries()) {
      yield Buffer.from(heads[index] ?? '');
      yield* piecesOf(bytes);
      yield Buffer.from('\r\n');
    }
    yield Buffer.from(end);
  }
  return reply
    .header('content-type', `multipart/related; type="application/dicom"; boundary=${boundary}`)
    .header('content-length', length)
    .send(Readable.from(inTurns(body())));
}

function notEligible({ reasons = [] }: Analysis): LobarError {
  const texts = reasons.flatMap((series) => series.reasons.map(({ text }) => text));
  return new LobarError('not-eligible', {}, { details: { reasons: [...new Set(texts)].join(' ') } });
}
