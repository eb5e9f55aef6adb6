import { Agent } from 'undici';
import type { PacsConfig } from '../config-schema.ts';
import { readAuthorities, readBearerToken } from '../endpoint-files.ts';
import { LobarError } from '../errors.ts';
import { type Exchange, transportError } from './transport-error.ts';

export interface PacsRequest {
  /** What is being done, in words for an error: 'QIDO-RS search for series'. */
  readonly operation: string;
  readonly method: 'GET' | 'POST';
  /** Absolute; must lie under the root of this PACS. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly signal: AbortSignal;
}

export interface PacsResponse {
  readonly status: number;
  /** A header by its lower-case name. */
  readonly header: (name: string) => string | undefined;
  /** The body as it arrives; not asking for the next chunk stops the socket. Its faults are LobarErrors. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Closes the connection if the body was not read to its end. */
  readonly discard: () => void;
}

export interface Transport {
  readonly name: string;
  /** DICOMweb root without a slash at its end. */
  readonly root: string;
  /**
   * @throws LobarError `pacs-unreachable`, `pacs-timeout`, `pacs-incomplete`, `pacs-response-invalid` (a
   *   redirect, a compressed body, not HTTP), `config-invalid` (token file), `cancelled`, `shutting-down`;
   *   `internal` for a url outside the root.
   */
  send(request: PacsRequest): Promise<PacsResponse>;
  /** Fails the requests under way with `shutting-down` and closes every connection. */
  close(): Promise<void>;
}

/** How far the socket may run ahead of who reads the body. */
const bufferedBytes = 256 * 1024;

/**
 * The one way to a PACS: its origin alone, its TLS, timeouts and token, no redirect, no compression.
 *
 * @throws LobarError `config-invalid` for its file of certificate authorities.
 */
export function openTransport(name: string, config: PacsConfig): Transport {
  const root = config.url.replace(/\/+$/, '');
  const { origin } = new URL(root);
  const { timeouts } = config;
  const agent = new Agent({
    // HTTP/2 would share one connection, and so one window, between a series and everything else.
    allowH2: false,
    connect: { timeout: timeouts.connect * 1000, ...tlsOptions(name, config) },
    headersTimeout: timeouts.firstByte * 1000,
    bodyTimeout: timeouts.idle * 1000,
  });

  async function send({ operation, method, url, headers, body, signal }: PacsRequest): Promise<PacsResponse> {
    const target = new URL(url);
    if (target.origin !== origin || !url.startsWith(`${root}/`)) {
      throw new LobarError(
        'internal',
        {},
        { cause: new Error(`${operation}: it would leave the root of the PACS`) },
      );
    }
    const exchange: Exchange = { pacs: name, timeouts, signal };
    const authorization = await authorizationHeader(name, config.bearerTokenFile);
    const answer = await agent
      .request({
        origin,
        path: target.pathname + target.search,
        method,
        // A compressed answer could unpack to any size; uncompressed, what is counted is what is kept.
        headers: { 'accept-encoding': 'identity', ...authorization, ...headers },
        body: body ?? null,
        highWaterMark: bufferedBytes,
        signal,
      })
      .catch((cause: unknown) => {
        throw transportError(cause, exchange, 'head');
      });
    // A discarded body reports its own abort as an error event that nobody waits for.
    answer.body.on('error', () => undefined);
    const response: PacsResponse = {
      status: answer.statusCode,
      header: (field) => [answer.headers[field] ?? []].flat()[0],
      chunks: readChunks(answer.body, exchange),
      discard: () => void answer.body.destroy(),
    };
    const problem = refusal(response);
    if (problem === undefined) return response;
    response.discard();
    throw new LobarError('pacs-response-invalid', { pacs: name, problem });
  }

  return { name, root, send, close: () => agent.destroy() };
}

async function* readChunks(body: AsyncIterable<Uint8Array>, exchange: Exchange) {
  try {
    yield* body;
  } catch (cause) {
    throw transportError(cause, exchange, 'body');
  }
}

function refusal({ status, header }: PacsResponse): string | undefined {
  if (status >= 300 && status < 400) return `it redirects (HTTP ${status}), and redirects are not followed`;
  const encoding = header('content-encoding')?.trim().toLowerCase() ?? 'identity';
  return encoding === 'identity' ? undefined : 'it compressed its answer though none was accepted';
}

function tlsOptions(name: string, { tls }: PacsConfig): { ca?: string; rejectUnauthorized?: boolean } {
  const trust = tls.insecure ? { rejectUnauthorized: false } : {};
  if (tls.caFile === undefined) return trust;
  return { ...trust, ca: readAuthorities(`pacs.${name}.tls.caFile`, tls.caFile) };
}

async function authorizationHeader(name: string, file: string | undefined): Promise<Record<string, string>> {
  if (file === undefined) return {};
  return { authorization: `Bearer ${await readBearerToken(`pacs.${name}.bearerTokenFile`, file)}` };
}
