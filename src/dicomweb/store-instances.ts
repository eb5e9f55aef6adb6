import { randomUUID } from 'node:crypto';
import { LobarError } from '../errors.ts';
import { isDicomJson } from './dicom-json.ts';
import { multipartBody } from './multipart-body.ts';
import { isJson, readJson } from './read-json.ts';
import { RefusedByPacs } from './refused-by-pacs.ts';
import { type StoreResult, storeResult } from './store-result.ts';
import type { Transport } from './transport.ts';

const operation = 'STOW-RS storage';

/** Statuses that go with a Store Instances Response (PS3.18 10.5.3): all, some or none of them stored. */
const answered: readonly number[] = [200, 202, 409];

/**
 * Stores instances by one request (PS3.18 10.5), which is streamed: dicomweb-client would make one more copy of all
 * of them, in one go.
 *
 * @throws LobarError `pacs-error`, `pacs-response-invalid`, and what the transport throws
 */
export async function storeInstances(
  transport: Transport,
  instances: readonly Uint8Array[],
  {
    path,
    jsonBytes,
    signal,
  }: { readonly path: string; readonly jsonBytes: number; readonly signal: AbortSignal },
): Promise<StoreResult> {
  const body = multipartBody(instances, `lobar-${randomUUID()}`);
  const response = await transport.send({
    operation,
    method: 'POST',
    url: `${transport.root}${path}`,
    headers: { accept: 'application/dicom+json', 'content-type': body.contentType },
    body,
    signal,
  });
  const { status } = response;
  if (!answered.includes(status) || (status !== 200 && !isJson(response))) {
    response.discard();
    throw new RefusedByPacs(transport.name, status, operation);
  }
  const answer = await readJson(transport.name, response, jsonBytes);
  const dataset: unknown = Array.isArray(answer) ? answer[0] : answer;
  if (isDicomJson(dataset)) return storeResult(dataset);
  const problem = 'its answer to STOW-RS is not a DICOM JSON dataset';
  throw new LobarError('pacs-response-invalid', { pacs: transport.name, problem });
}
