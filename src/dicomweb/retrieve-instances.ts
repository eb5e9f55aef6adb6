import { jitteredMs, wait } from '../backoff.ts';
import type { LimitsConfig } from '../config-schema.ts';
import { LobarError } from '../errors.ts';
import { overLimit } from '../over-limit.ts';
import { readAhead } from '../read-ahead.ts';
import { byteBudget } from './byte-budget.ts';
import { dicomParts } from './dicom-parts.ts';
import { parseMediaType } from './media-type.ts';
import type { NegotiatedGet } from './negotiated-get.ts';
import { PieceList } from './piece-list.ts';
import { RefusedByPacs } from './refused-by-pacs.ts';
import { type Attempt, seriesBytes } from './series-bytes.ts';
import type { PacsResponse } from './transport.ts';
import { retryBaseMs } from './with-retries.ts';

const operation = 'WADO-RS retrieval of an instance';

/** What has arrived of a series by another way, which counts for its limits. */
export interface AlreadyReceived {
  readonly instances: number;
  readonly bytes: number;
}

export interface InstancesRequest {
  readonly pacs: string;
  /** Of the series, under the root of the PACS. */
  readonly path: string;
  readonly sopInstanceUids: readonly string[];
  readonly already: AlreadyReceived;
  readonly limits: LimitsConfig;
  readonly parallel: number;
  /** How often an instance that broke off is asked for again. */
  readonly retries: number;
  readonly signal: AbortSignal;
}

/**
 * Instances of one series by one GET each (PS3.18 10.4.1.1.3), some at a time, in the order asked for. No more
 * than `parallel` are under way or waiting for the consumer. Leaving the iteration early ends all of them.
 *
 * @throws LobarError while iterating; the codes are those of `PacsClient.retrieveInstances`.
 */
export async function* retrieveInstances(
  get: NegotiatedGet,
  request: InstancesRequest,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const { sopInstanceUids, already, limits, parallel } = request;
  if (already.instances + sopInstanceUids.length > limits.instances) {
    throw overLimit({ name: 'instances', value: limits.instances, unit: 'instances' });
  }
  const series = { name: 'bytesPerSeries', value: limits.bytesPerSeries, unit: 'bytes' } as const;
  const each = { ...request, startAttempt: seriesBytes(series, already.bytes) };
  yield* readAhead(
    sopInstanceUids,
    parallel,
    (uid, signal) => retrieveInstance(get, uid, { ...each, signal }),
    request.signal,
  );
}

interface EachInstance extends InstancesRequest {
  readonly startAttempt: () => Attempt;
}

async function retrieveInstance(
  get: NegotiatedGet,
  uid: string,
  request: EachInstance,
): Promise<Uint8Array<ArrayBuffer>> {
  const { pacs, path, retries, signal, startAttempt } = request;
  for (let count = 1; ; count += 1) {
    const attempt = startAttempt();
    try {
      const response = await get(operation, `${path}/instances/${uid}`, signal);
      const instance = await readAnswer(response, request, attempt).finally(response.discard);
      if (instance !== undefined) return instance;
    } catch (error) {
      const brokeOff = error instanceof LobarError && error.code === 'pacs-incomplete';
      if (!brokeOff || count > retries || !attempt.giveBack()) throw error;
      await wait(jitteredMs(count, retryBaseMs), signal);
      continue;
    }
    throw new LobarError('pacs-incomplete', { pacs, problem: 'it lists an instance that it does not send' });
  }
}

/** The one instance of the answer; undefined where the PACS says that it holds none. */
async function readAnswer(
  { status, header, chunks }: PacsResponse,
  { pacs, limits }: InstancesRequest,
  attempt: Attempt,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (status === 404 || status === 204) return undefined;
  if (status !== 200) throw new RefusedByPacs(pacs, status, operation);
  const counted = attempt.count(chunks);
  // One instance may come without a multipart around it, also where that was asked for (PS3.18 8.7.3). If only
  // the end of the connection ends it, who reads the instance sees that it was cut, by its pixel data.
  if (parseMediaType(header('content-type'))?.type === 'application/dicom') {
    return await readWhole(counted, limits);
  }
  let instance: Uint8Array<ArrayBuffer> | undefined;
  for await (const part of dicomParts(pacs, { header, chunks: counted }, limits)) {
    if (instance !== undefined) {
      const problem = 'it sends several instances where one was asked for';
      throw new LobarError('pacs-response-invalid', { pacs, problem });
    }
    instance = part;
  }
  return instance;
}

async function readWhole(
  chunks: AsyncIterable<Uint8Array>,
  { bytesPerInstance }: LimitsConfig,
): Promise<Uint8Array<ArrayBuffer>> {
  const whole = new PieceList();
  const within = byteBudget({ name: 'bytesPerInstance', value: bytesPerInstance, unit: 'bytes' });
  for await (const chunk of within(chunks)) whole.append(chunk);
  return whole.take(whole.length);
}
