import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import type { LimitsConfig } from '../config-schema.ts';
import { boundaryOf, parseMultipartRelated } from '../dicomweb/multipart-related.ts';
import { LobarError } from '../errors.ts';

/** The DICOM instances of a STOW-RS body (PS3.18 10.5.1), as they arrive. */
export async function* uploadedInstances(
  request: FastifyRequest,
  limits: LimitsConfig,
): AsyncGenerator<Uint8Array> {
  const boundary = boundaryOf(request.headers['content-type'] ?? '');
  if (boundary === undefined) {
    throw new LobarError('media-type-unsupported', {
      problem: 'multipart/related needs a boundary parameter',
    });
  }
  const counted = { ...limits, bytesPerSeries: limits.uploadBytes };
  const parts = parseMultipartRelated(request.body as Readable, boundary, counted, 'uploadBytes');
  for await (const { body } of parts) yield body;
}
