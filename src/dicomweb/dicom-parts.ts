import type { LimitsConfig } from '../config-schema.ts';
import { LobarError } from '../errors.ts';
import { overLimit } from '../over-limit.ts';
import { parseMediaType } from './media-type.ts';
import { boundaryOf, MultipartError, parseMultipartRelated, seriesLimits } from './multipart-related.ts';
import type { PacsResponse } from './transport.ts';

type Answer = Pick<PacsResponse, 'header' | 'chunks'>;

/**
 * The instances in the multipart answer of a PACS, each as soon as it has arrived whole.
 *
 * Errors while iterating: `pacs-response-invalid`, `pacs-incomplete`, `limit-exceeded` and those of the chunks.
 */
export async function* dicomParts(
  pacs: string,
  response: Answer,
  limits: LimitsConfig,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const boundary = checkHead(pacs, response, limits);
  try {
    for await (const { headers, body } of parseMultipartRelated(
      response.chunks,
      boundary,
      limits,
      seriesLimits,
    )) {
      checkPart(pacs, headers);
      yield body;
    }
  } catch (error) {
    if (!(error instanceof MultipartError)) throw error;
    const code = error.kind === 'broken-off' ? 'pacs-incomplete' : 'pacs-response-invalid';
    throw new LobarError(code, { pacs, problem: error.problem }, { cause: error });
  }
}

function checkHead(pacs: string, { header }: Answer, { bytesPerSeries }: LimitsConfig): string {
  const contentType = header('content-type');
  const boundary = boundaryOf(contentType);
  const type = parseMediaType(contentType)?.parameters.get('type') ?? 'application/dicom';
  if (boundary === undefined || type.toLowerCase() !== 'application/dicom') {
    throw new LobarError('pacs-response-invalid', {
      pacs,
      problem: 'its answer is not multipart/related of application/dicom with a boundary',
    });
  }
  if (Number(header('content-length') ?? 0) > bytesPerSeries) {
    throw overLimit({ name: 'bytesPerSeries', value: bytesPerSeries, unit: 'bytes' });
  }
  return boundary;
}

function checkPart(pacs: string, headers: ReadonlyMap<string, string>): void {
  const contentType = headers.get('content-type');
  if (contentType === undefined || parseMediaType(contentType)?.type === 'application/dicom') return;
  throw new LobarError('pacs-response-invalid', {
    pacs,
    problem: 'a part of its answer is not application/dicom',
  });
}
