import { type IncomingMessage, request } from 'node:http';
import { Readable } from 'node:stream';
import { errorTable } from '../../src/errors.ts';
import type { FuzzInput } from './fuzz-input.ts';
import { cut } from './played-pacs.ts';

/** Outcome of an upload whose connection ended before its answer. */
export const unanswered = 'closed without an answer';

/** Posts the body to a running service. Gives the outcome of the analysis or the code of the problem. */
export async function upload(serviceUrl: string, input: FuzzInput): Promise<string> {
  const [body = new Uint8Array(0)] = input.parts;
  const { status, text } = await post(`${serviceUrl}/v1/analyses?publish=false`, input, body);
  if (status === 0) return unanswered;
  const answer = parsed(text);
  const told = status === 200 ? answer['outcome'] : answer['code'];
  if (typeof told !== 'string') throw new Error(`HTTP ${status} without an outcome or a code`);
  if (status !== 200 && !(told in errorTable)) throw new Error(`HTTP ${status} with an unknown code`);
  if (status >= 500) throw new Error(`HTTP ${status} ${told} to an upload`);
  return told;
}

/** An answer may come before all is sent: the rest of the body then finds the connection closed. */
async function post(
  url: string,
  { contentType, chunkBytes }: FuzzInput,
  body: Uint8Array,
): Promise<{ status: number; text: string }> {
  const call = request(url, {
    method: 'POST',
    headers: { 'content-type': contentType, connection: 'close' },
  });
  const closed = new Promise((resolve) => call.once('close', resolve));
  const answered = new Promise<IncomingMessage | undefined>((resolve) => {
    call.on('response', resolve);
    call.on('close', () => resolve(undefined));
  });
  call.on('error', () => {});
  Readable.from(cut(body, chunkBytes)).pipe(call);
  const response = await answered;
  let text = '';
  if (response !== undefined) {
    response.setEncoding('utf8');
    try {
      for await (const piece of response) text += piece;
    } catch {
      return { status: 0, text };
    }
  }
  call.destroy();
  await closed;
  return { status: response?.statusCode ?? 0, text };
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
