import { Readable } from 'node:stream';
import type { PacsConfig } from '../config-schema.ts';
import { LobarError } from '../errors.ts';
import type { Authorization } from '../outbound/authorization.ts';
import { exchangeFault, statusUnlessAborted } from '../outbound/exchange-fault.ts';
import { type OutboundConfig, openAgent, unrestricted } from '../outbound/open-agent.ts';
import { type ClientSpan, withClientSpan } from '../telemetry/client-span.ts';
import { observedExchange } from '../telemetry/exchange.ts';
import { traceHeaders } from '../telemetry/trace-headers.ts';
import { unlessAborted } from '../unless-aborted.ts';
import { type Deadline, openDeadline } from './deadline.ts';
import type { RequestBody } from './multipart-body.ts';
import { observedChunks } from './observed-chunks.ts';
import { openPacsAuthorization } from './pacs-authorization.ts';
import { type PacsOperation, pacsOperations, retrievals } from './pacs-operations.ts';
import { type Exchange, transportError } from './transport-error.ts';

export interface PacsRequest {
  readonly operation: PacsOperation;
  readonly method: 'GET' | 'POST';
  /** Absolute; must lie under the root of this PACS. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: RequestBody;
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
   *   redirect, not HTTP; a compressed body when it is read), `pacs-auth-failed` (401, 403, no token), `pacs-token-unavailable`,
   *   `address-blocked`, `proxy-failed`, `config-invalid` (a secret or TLS file), `cancelled`, `shutting-down`;
   *   `internal` for a url outside the root.
   */
  send(request: PacsRequest): Promise<PacsResponse>;
  /** Fails the requests under way with `shutting-down` and closes every connection. */
  close(): Promise<void>;
}

/** How far the socket may run ahead of who reads the body. */
const bufferedBytes = 256 * 1024;

/**
 * The one way to a PACS: its origin alone, its TLS, timeouts, credentials and headers, no redirect, no
 * compression.
 *
 * @throws LobarError `config-invalid` for its TLS files.
 */
export function openTransport(
  name: string,
  config: PacsConfig,
  outbound: OutboundConfig = unrestricted,
): Transport {
  const root = config.url.replace(/\/+$/, '');
  const { origin } = new URL(root);
  const { tls, timeouts } = config;
  const authorization = openPacsAuthorization(name, config, outbound);
  const agent = openAgent({ endpoint: `pacs.${name}`, url: root, tls, timeouts, outbound });

  function attempt(
    request: PacsRequest,
    credentials: string | undefined,
    deadline: Deadline,
    span: ClientSpan,
  ): Promise<PacsResponse> {
    const { operation } = request;
    const observed = { system: 'pacs', operation: pacsOperations[operation] } as const;
    return observedExchange(outbound.observe, observed, async (end) => {
      const { pathname, search } = new URL(request.url);
      const { signal } = deadline;
      const exchange: Exchange = { pacs: name, timeouts, signal };
      const answer = await agent
        .request({
          origin,
          path: pathname + search,
          method: request.method,
          headers: {
            ...config.headers,
            ...traceHeaders(),
            // A compressed answer could unpack to any size; uncompressed, what is counted is what is kept.
            'accept-encoding': 'identity',
            ...(credentials === undefined ? {} : { authorization: credentials }),
            ...request.headers,
            ...(request.body === undefined ? {} : { 'content-length': String(request.body.length) }),
          },
          body: request.body === undefined ? null : Readable.from(request.body.pieces()),
          highWaterMark: bufferedBytes,
          signal,
        })
        .catch((cause: unknown) => {
          end(exchangeFault(cause, signal));
          throw transportError(cause, exchange, 'head');
        });
      const { statusCode: status, headers, body } = answer;
      span.answered(status, body);
      // A discarded body reports its own abort as an error event that nobody waits for.
      body.on('error', () => undefined);
      const header = (field: string) => [headers[field] ?? []].flat()[0];
      const chunks = readChunks(body, header('content-encoding'), exchange, deadline);
      const hasImages = status === 200 && retrievals.has(operation);
      return {
        status,
        header,
        chunks: observedChunks(chunks, { status, hasImages, signal, end }),
        discard() {
          body.destroy();
          end(statusUnlessAborted(status, signal));
        },
      };
    });
  }

  async function exchange(request: PacsRequest, deadline: Deadline): Promise<PacsResponse> {
    for (let isSecond = false; ; isSecond = true) {
      const credentials = await unlessAborted(authorization.header(), deadline.signal);
      const told = { endpoint: `pacs.${name}`, operation: request.operation };
      const response = await withClientSpan(told, (span) => attempt(request, credentials, deadline, span));
      const { status } = response;
      if (status >= 300 && status < 400) {
        response.discard();
        const problem = `it redirects (HTTP ${status}), and redirects are not followed`;
        throw new LobarError('pacs-response-invalid', { pacs: name, problem });
      }
      if (status !== 401 && status !== 403) return response;
      response.discard();
      // A token can be taken back before its time, or lack a right that was given since. The next request gets
      // another one; this one too after a 401, once.
      const isRenewed = (status === 403 || !isSecond) && authorization.renew(credentials);
      if (status === 403 || !isRenewed) {
        throw refused(name, status, authorization);
      }
    }
  }

  return {
    name,
    root,
    async send(request) {
      const { operation, url, signal } = request;
      if (new URL(url).origin !== origin || !url.startsWith(`${root}/`)) {
        const cause = new Error(`${operation}: it would leave the root of the PACS`);
        throw new LobarError('internal', {}, { cause });
      }
      const deadline = openDeadline(name, timeouts.total, signal);
      return await deadline.during(() => exchange(request, deadline));
    },
    async close() {
      await Promise.all([agent.closeAll(), authorization.close()]);
    },
  };
}

async function* readChunks(
  body: Readable,
  encoding: string | undefined,
  exchange: Exchange,
  deadline: Deadline,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    // Only here: the page that a gateway sends with its 503 may be compressed, as nobody reads it.
    requireUncompressed(exchange.pacs, encoding);
    const chunks: AsyncIterator<Uint8Array, void> = body[Symbol.asyncIterator]();
    for (;;) {
      const { done, value } = await deadline.during(() => chunks.next());
      if (done) return;
      yield value;
    }
  } catch (cause) {
    throw transportError(cause, exchange, 'body');
  } finally {
    body.destroy();
  }
}

function requireUncompressed(pacs: string, encoding = 'identity'): void {
  if (encoding.trim().toLowerCase() === 'identity') return;
  const problem = 'it compressed its answer though none was accepted';
  throw new LobarError('pacs-response-invalid', { pacs, problem });
}

function refused(pacs: string, status: number, { kind, setting }: Authorization): LobarError {
  const problem = `it answered HTTP ${status} to ${kind}; check ${setting}`;
  return new LobarError('pacs-auth-failed', { pacs, problem });
}
