/**
 * A streaming parser of multipart/related bodies (RFC 2046 5.1, RFC 2387) as PS3.18 8.7.1 uses them: for
 * the instances that a PACS sends and for those that are uploaded. Holds one part at a time.
 */
import type { LimitsConfig } from '../config-schema.ts';
import { LobarError } from '../errors.ts';
import { ChunkReader } from './chunk-reader.ts';
import { parseMediaType } from './media-type.ts';

/** What bounds the whole body: a series as a PACS sends it, or an upload. */
export type WholeLimit = 'bytesPerSeries' | 'uploadBytes';
export type MultipartLimits = Pick<LimitsConfig, 'partHeaderBytes' | 'bytesPerInstance' | 'instances'> &
  Partial<Pick<LimitsConfig, WholeLimit>>;

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
 * The parts of a multipart body, each as soon as it has arrived. A Content-Length of a part is not relied on:
 * the boundary alone ends it. Leaving the iteration early closes `chunks`. `whole` names the limit of the body.
 *
 * @throws MultipartError when the body is malformed or ends before its closing boundary.
 * @throws LobarError `limit-exceeded`; and whatever `chunks` throws, unchanged.
 */
export async function* parseMultipartRelated(
  chunks: AsyncIterable<Uint8Array>,
  boundary: string,
  limits: MultipartLimits,
  whole: WholeLimit = 'bytesPerSeries',
): AsyncGenerator<MultipartPart, void, undefined> {
  const reader = new ChunkReader(limited(chunks, limits, whole));
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  try {
    await skipPreamble(reader, delimiter, limits);
    for (let count = 1; await anotherPart(reader, limits); count += 1) {
      if (count > limits.instances) throw overLimit(limits, 'instances', 'instances');
      const headers = await readHeaders(reader, limits);
      const body = await reader.takeUntil(
        delimiter,
        limits.bytesPerInstance,
        () => overLimit(limits, 'bytesPerInstance', 'bytes'),
        crlf,
      );
      if (body === undefined) throw brokenOff(`ends inside part ${count}`);
      yield { headers, body };
    }
    // The epilogue is read so that a fault of the transport after the last part is still noticed.
    await reader.drain(limits.partHeaderBytes);
  } finally {
    await reader.close();
  }
}

async function skipPreamble(reader: ChunkReader, delimiter: Buffer, limits: MultipartLimits): Promise<void> {
  const without = () => new MultipartError('malformed', 'does not begin with its boundary');
  const preamble = await reader.takeUntil(delimiter, limits.partHeaderBytes, without, crlf);
  if (preamble === undefined) throw without();
}

/** Reads the rest of a delimiter line: `--` closes the body, anything but white space is malformed. */
async function anotherPart(reader: ChunkReader, limits: MultipartLimits): Promise<boolean> {
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

async function readHeaders(reader: ChunkReader, limits: MultipartLimits): Promise<Map<string, string>> {
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
  limits: MultipartLimits,
  left: number,
  precededBy?: Buffer,
): Promise<string> {
  const tooLong = () => overLimit(limits, 'partHeaderBytes', 'bytes');
  const line = await reader.takeUntil(crlf, Math.max(left, 0), tooLong, precededBy);
  if (line === undefined) throw brokenOff('ends inside the header of a part');
  return Buffer.from(line.buffer).toString('latin1');
}

async function* limited(
  chunks: AsyncIterable<Uint8Array>,
  limits: MultipartLimits,
  whole: WholeLimit,
): AsyncGenerator<Uint8Array, void, undefined> {
  let received = 0;
  for await (const chunk of chunks) {
    received += chunk.length;
    if (received > (limits[whole] ?? Number.POSITIVE_INFINITY)) throw overLimit(limits, whole, 'bytes');
    yield chunk;
  }
}

function overLimit(limits: MultipartLimits, limit: keyof MultipartLimits, unit: string): LobarError {
  return new LobarError('limit-exceeded', { limit: `limits.${limit}`, value: limits[limit] ?? 0, unit });
}

function brokenOff(problem: string): MultipartError {
  return new MultipartError('broken-off', problem);
}
