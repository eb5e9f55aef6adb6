import type { LimitsConfig } from '../config-schema.ts';
import { LobarError } from '../errors.ts';
import { parseMediaType } from './media-type.ts';
import { boundaryOf, MultipartError, parseMultipartRelated, seriesLimits } from './multipart-related.ts';
import type { PacsResponse, Transport } from './transport.ts';

/** The stored bytes as they are (PS3.18 8.7.3.5.2); without `*` a PACS transcodes everything to explicit LE. */
const accept = 'multipart/related; type="application/dicom"; transfer-syntax=*';
const operation = 'WADO-RS retrieval of a series';

/**
 * The instances of one series (PS3.18 10.4.1.1.2) by one GET, each as soon as it has arrived. A slow consumer
 * slows the PACS; leaving the iteration early closes the connection.
 *
 * @throws LobarError while iterating; the codes are those of `PacsClient.retrieveSeries`.
 */
export async function* retrieveSeries(
  transport: Transport,
  limits: LimitsConfig,
  path: string,
  notFound: () => LobarError,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const pacs = transport.name;
  const response = await transport.send({
    operation,
    method: 'GET',
    url: `${transport.root}${path}`,
    headers: { accept },
    signal,
  });
  try {
    checkStatus(pacs, response, notFound);
    const boundary = checkHead(pacs, response, limits);
    let instances = 0;
    const parts = parseMultipartRelated(response.chunks, boundary, limits, seriesLimits);
    for await (const { headers, body } of parts) {
      checkPart(pacs, headers);
      instances += 1;
      yield body;
    }
    if (instances === 0) throw notFound();
  } catch (error) {
    if (!(error instanceof MultipartError)) throw error;
    const code = error.kind === 'broken-off' ? 'pacs-incomplete' : 'pacs-response-invalid';
    throw new LobarError(code, { pacs, problem: error.problem }, { cause: error });
  } finally {
    response.discard();
  }
}

function checkStatus(pacs: string, { status }: PacsResponse, notFound: () => LobarError): void {
  if (status === 200) return;
  if (status === 404 || status === 204) throw notFound();
  if (status === 206) {
    throw new LobarError('pacs-incomplete', { pacs, problem: 'it sent some instances only (HTTP 206)' });
  }
  throw new LobarError('pacs-error', { pacs, status, operation });
}

function checkHead(pacs: string, { header }: PacsResponse, limits: LimitsConfig): string {
  const contentType = header('content-type');
  const boundary = boundaryOf(contentType);
  const type = parseMediaType(contentType)?.parameters.get('type') ?? 'application/dicom';
  if (boundary === undefined || type.toLowerCase() !== 'application/dicom') {
    throw new LobarError('pacs-response-invalid', {
      pacs,
      problem: 'its answer is not multipart/related of application/dicom with a boundary',
    });
  }
  if (Number(header('content-length') ?? 0) > limits.bytesPerSeries) {
    const value = limits.bytesPerSeries;
    throw new LobarError('limit-exceeded', { limit: 'limits.bytesPerSeries', value, unit: 'bytes' });
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
