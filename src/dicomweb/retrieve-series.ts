import type { LimitsConfig } from '../config-schema.ts';
import { LobarError } from '../errors.ts';
import { dicomParts } from './dicom-parts.ts';
import type { NegotiatedGet } from './negotiated-get.ts';
import { isBusy, RefusedByPacs } from './refused-by-pacs.ts';
import type { PacsResponse } from './transport.ts';

const operation = 'WADO-RS retrieval of a series';

export interface SeriesRequest {
  readonly pacs: string;
  /** Under the root of the PACS. */
  readonly path: string;
  readonly limits: LimitsConfig;
  readonly notFound: () => LobarError;
  readonly signal: AbortSignal;
}

/**
 * The instances of one series (PS3.18 10.4.1.1.2) by one GET, each as soon as it has arrived. A slow consumer
 * slows the PACS; leaving the iteration early closes the connection.
 *
 * @throws LobarError while iterating; the codes are those of `PacsClient.retrieveSeries`.
 */
export async function* retrieveSeries(
  get: NegotiatedGet,
  { pacs, path, limits, notFound, signal }: SeriesRequest,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const response = await get(operation, path, signal);
  try {
    checkStatus(pacs, response, notFound);
    let instances = 0;
    for await (const instance of dicomParts(pacs, response, limits)) {
      instances += 1;
      yield instance;
    }
    if (instances === 0) throw notFound();
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
  throw new RefusedByPacs(pacs, status, operation);
}

/**
 * Why a series that the PACS lists cannot be had in one stream though its instances may yet be had one by one, in words that
 * follow 'because'; undefined where asking for them would not help.
 *
 * @param error - what `retrieveSeries` threw
 */
export function whyNotInOneStream(error: unknown): string | undefined {
  if (error instanceof RefusedByPacs) {
    // Six requests at once do not help who is overloaded by one.
    return isBusy(error.answered) ? undefined : `the PACS answered HTTP ${error.answered}`;
  }
  switch (error instanceof LobarError ? error.code : undefined) {
    case 'pacs-incomplete':
      return 'the PACS broke it off';
    case 'pacs-timeout':
      return 'the PACS was too slow';
    case 'pacs-response-invalid':
      return 'the PACS answered something else';
    // Also what a PACS answers that cannot send a whole series.
    case 'series-not-found':
      return 'the PACS answered that there is no such series';
    default:
      return undefined;
  }
}
