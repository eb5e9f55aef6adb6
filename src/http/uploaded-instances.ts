import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { LimitsConfig } from '../config-schema.ts';
import { boundaryOf, parseMultipartRelated, uploadLimits } from '../dicomweb/multipart-related.ts';
import { LobarError } from '../errors.ts';
import { arrivingChunks } from './arriving-chunks.ts';

/**
 * The DICOM instances of a STOW-RS body (PS3.18 10.5.1), as they arrive.
 *
 * @throws LobarError `media-type-unsupported`, `upload-stalled`, `limit-exceeded`, `request-invalid`.
 */
export async function* uploadedInstances(
  headers: IncomingHttpHeaders,
  upload: Readable,
  limits: LimitsConfig,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const boundary = boundaryOf(headers['content-type']);
  if (boundary === undefined) {
    throw new LobarError('media-type-unsupported', {
      problem: 'multipart/related needs a boundary parameter',
    });
  }
  const chunks = arrivingChunks(upload, { idleSeconds: limits.uploadIdleSeconds, signal });
  for await (const { body } of parseMultipartRelated(chunks, boundary, limits, uploadLimits)) yield body;
}
