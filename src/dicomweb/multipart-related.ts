/**
 * A streaming parser of multipart/related bodies (RFC 2046 5.1, RFC 2387) as PS3.18 8.7.1 uses them: for
 * the instances that a PACS sends and for those that are uploaded. Holds one part at a time.
 */
import type { LimitsConfig } from '../config-schema.ts';
import { LobarError } from '../errors.ts';
import { type Limit, overLimit } from '../over-limit.ts';
import { byteBudget } from './byte-budget.ts';
import { ChunkReader } from './chunk-reader.ts';
import { parseMediaType } from './media-type.ts';

/** The names of the limits that bound a whole body, which tell a series from an upload of several. */
export type WholeLimits =
  | { readonly bytes: 'bytesPerSeries'; readonly instances: 'instances' }
  | { readonly bytes: 'uploadBytes'; readonly instances: 'uploadInstances' };

export const seriesLimits = { bytes: 'bytesPerSeries', instances: 'instances' } as const;
export const uploadLimits = { bytes: 'uploadBytes', instances: 'uploadInstances' } as const;

type PartLimits = Pick<LimitsConfig, 'partHeaderBytes' | 'bytesPerInstance'>;
export type MultipartLimits<Whole extends WholeLimits> = PartLimits &
  Readonly<Record<Whole['bytes'], number> & Record<Whole['instances'], number>>;

export interface MultipartPart {
  /** Field names in lower case; of a repeated field the first counts. */
  readonly headers: Map<string, string>;
  /** The part's bytes in an ArrayBuffer of their own, exactly as long. */
  readonly body: Uint8Array<ArrayBuffer>;
}

/**
 * A body that does not hold what it should: `request-invalid` where a caller sent it; who reads the answer of
 * a PACS makes it that PACS's error.
 */
export class MultipartError extends LobarError<'request-invalid'> {
  /** `broken-off`: it ends before its closing boundary. `malformed`: it never was such a body. */
  readonly kind: 'broken-off' | 'malformed';
  readonly problem: string;

  constructor(kind: 'broken-off' | 'malformed', problem: string) {
    super('request-invalid', { problem: `its multipart body ${problem}` });
    this.kind = kind;
    this.problem = `its multipart body ${problem}`;
  }
}

/**
 * The boundary parameter of a multipart/related Content-Type; undefined where the type is another one or the
 * boundary is not one (RFC 2046 5.1.1: 1 to 70 of certain characters, the last not a space).
 */
export function boundaryOf(contentType: string | undefined): string | undefined {
  const mediaType = parseMediaType(contentType);
  if (mediaType?.type !== 'multipart/related') return undefined;
  const boundary = mediaType.parameters.get('boundary') ?? '';
  return /^[\w'()+,./:=? -]{0,69}[\w'()+,./:=?-]$/.test(boundary) ? boundary : undefined;
}

const crlf = Buffer.from('\r\n');

/**
 * The parts of a multipart body, each as soon as it has arrived. A Content-Length of a part is a hint of the
 * memory it needs, not relied on: the boundary alone ends it. Leaving the iteration early closes `chunks`. `whole` names the limits of the body.
 *
 * @throws MultipartError when the body is malformed or ends before its closing boundary.
 * @throws LobarError `limit-exceeded`; and whatever `chunks` throws, unchanged.
 */
export async function* parseMultipartRelated<Whole extends WholeLimits>(
  chunks: AsyncIterable<Uint8Array>,
  boundary: string,
  limits: MultipartLimits<Whole>,
  whole: Whole,
): AsyncGenerator<MultipartPart, void, undefined> {
  const [bytesName, instancesName]: [Whole['bytes'], Whole['instances']] = [whole.bytes, whole.instances];
  const bytes: Limit = { name: bytesName, value: limits[bytesName], unit: 'bytes' };
  const instances: Limit = { name: instancesName, value: limits[instancesName], unit: 'instances' };
  const perInstance: Limit = { name: 'bytesPerInstance', value: limits.bytesPerInstance, unit: 'bytes' };
  const reader = new ChunkReader(byteBudget(bytes)(chunks));
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  let largest = 0;
  try {
    await skipPreamble(reader, delimiter, limits);
    for (let count = 1; await anotherPart(reader, limits); count += 1) {
      if (count > instances.value) throw overLimit(instances);
      const headers = await readHeaders(reader, limits);
      const tooLong = () => overLimit(perInstance);
      const expected = expectedBytes(headers, largest, perInstance.value);
      const body = await reader.takeUntil(delimiter, perInstance.value, tooLong, crlf, expected);
      if (body === undefined) throw brokenOff(`ends inside part ${count}`);
      largest = Math.max(largest, body.length);
      yield { headers, body };
    }
    // The epilogue is read so that a fault of the transport after the last part is still noticed.
    await reader.drain(limits.partHeaderBytes);
  } finally {
    await reader.close();
  }
}

/** What a part may claim of its length before anything like it has been seen, bytes. */
const trustedBytes = 2 ** 20;

/**
 * The Content-Length of a part as a hint, never more: how much memory is worth having at hand. 0 where there is
 * none, or where it is far from what the body has held so far.
 */
function expectedBytes(headers: ReadonlyMap<string, string>, largest: number, limit: number): number {
  const claimed = Number(headers.get('content-length') ?? 0);
  const plausible =
    Number.isInteger(claimed) && claimed > 0 && claimed <= Math.max(trustedBytes, 2 * largest);
  return plausible && claimed <= limit ? claimed : 0;
}

async function skipPreamble(reader: ChunkReader, delimiter: Buffer, limits: PartLimits): Promise<void> {
  const without = () => new MultipartError('malformed', 'does not begin with its boundary');
  const preamble = await reader.takeUntil(delimiter, limits.partHeaderBytes, without, crlf);
  if (preamble === undefined) throw without();
}

/** Reads the rest of a delimiter line: `--` closes the body, anything but white space is malformed. */
async function anotherPart(reader: ChunkReader, limits: PartLimits): Promise<boolean> {
  const start = await reader.take(2);
  if (start === undefined) throw brokenOff('ends inside a boundary');
  const mark = start.toString('latin1');
  if (mark === '--') return false;
  if (mark === '\r\n') return true;
  const padding = await readLine(reader, limits, limits.partHeaderBytes, start);
  if ((mark + padding).trim() !== '') {
    throw new MultipartError('malformed', 'has other text behind a boundary');
  }
  return true;
}

async function readHeaders(reader: ChunkReader, limits: PartLimits): Promise<Map<string, string>> {
  const headers = new Map<string, string>();
  let left = limits.partHeaderBytes;
  let name = '';
  for (;;) {
    const line = await readLine(reader, limits, left);
    if (line === '') return headers;
    left -= line.length + crlf.length;
    const colon = line.indexOf(':');
    if (/^[ \t]/.test(line) && name !== '') {
      headers.set(name, `${headers.get(name)} ${line.trim()}`);
    } else if (colon > 0) {
      name = line.slice(0, colon).trim().toLowerCase();
      if (!headers.has(name)) headers.set(name, line.slice(colon + 1).trim());
    } else {
      throw new MultipartError('malformed', 'has a header line without a name');
    }
  }
}

/** One line as latin1, without its CRLF, which may begin in `precededBy`. */
async function readLine(
  reader: ChunkReader,
  limits: PartLimits,
  left: number,
  precededBy?: Buffer,
): Promise<string> {
  const tooLong = () => overLimit({ name: 'partHeaderBytes', value: limits.partHeaderBytes, unit: 'bytes' });
  const line = await reader.takeUntil(crlf, Math.max(left, 0), tooLong, precededBy);
  if (line === undefined) throw brokenOff('ends inside the header of a part');
  return Buffer.from(line.buffer).toString('latin1');
}

function brokenOff(problem: string): MultipartError {
  return new MultipartError('broken-off', problem);
}
