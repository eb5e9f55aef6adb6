import { LobarError } from '../errors.ts';
import { parseMediaType } from './media-type.ts';
import type { PacsResponse } from './transport.ts';

const jsonTypes = new Set(['application/dicom+json', 'application/json']);

/** Whether the answer says of itself that it is JSON. */
export function isJson(response: PacsResponse): boolean {
  const type = parseMediaType(response.header('content-type'))?.type;
  return type !== undefined && jsonTypes.has(type);
}

/**
 * Reads an answer that must be JSON. Checks the content type: a path that a PACS does not serve is answered
 * 200 with a page of HTML by many a proxy.
 *
 * @throws LobarError `pacs-response-invalid`, `limit-exceeded` (limits.jsonBytes), `pacs-incomplete`.
 */
export async function readJson(pacs: string, response: PacsResponse, jsonBytes: number): Promise<unknown> {
  const invalid = (problem: string, cause?: unknown) => {
    response.discard();
    return new LobarError('pacs-response-invalid', { pacs, problem }, { cause });
  };
  if (!isJson(response)) throw invalid('its answer is not DICOM JSON');
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.chunks) {
    bytes += chunk.length;
    if (bytes > jsonBytes) {
      throw new LobarError('limit-exceeded', { limit: 'limits.jsonBytes', value: jsonBytes, unit: 'bytes' });
    }
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    // No cause: V8 quotes the text around the mistake, which is a patient's.
    throw invalid('its answer is not valid JSON');
  }
}
