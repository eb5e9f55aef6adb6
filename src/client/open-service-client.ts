import createClient, { type Client } from 'openapi-fetch';
import { Request as UndiciRequest, fetch as undiciFetch } from 'undici';
import type { TlsConfig } from '../config-schema.ts';
import { readBearerToken } from '../outbound/endpoint-files.ts';
import { type OutboundConfig, openAgent } from '../outbound/open-agent.ts';
import type { paths } from './api.ts';

export interface ServiceOptions {
  /** The address of the service; what it offers lies below it. */
  readonly url: string;
  readonly tls: TlsConfig;
  /** Is read for every request. */
  readonly tokenFile?: string | undefined;
  readonly outbound: OutboundConfig;
}

/** A service, by the types that its own OpenAPI document gives. */
export interface ServiceClient {
  readonly api: Client<paths>;
  /** Breaks off what is under way. */
  close(): Promise<void>;
}

/** How the service is named in errors about the files that it is reached with. */
const endpoint = '--server';

/**
 * Seconds. A stream of events is never silent for longer than its heartbeat; what waits for a place before it
 * begins may be.
 */
export const serviceTimeouts = { connect: 10, firstByte: 600, idle: 120 };

/** Bytes of an answer: more than any Analysis with its Bundle, all progress events and all documents in base64. */
const longestAnswer = 2 ** 30;

/** @throws LobarError `config-invalid` for a TLS file */
export function openServiceClient({ url, tls, tokenFile, outbound }: ServiceOptions): ServiceClient {
  const maxResponseSize = longestAnswer;
  const timeouts = serviceTimeouts;
  const dispatcher = openAgent({ endpoint, url, tls, timeouts, outbound, maxResponseSize });
  const api = createClient<paths>({
    baseUrl: url.replace(/\/+$/, ''),
    // A request with credentials goes where it was sent and nowhere else.
    redirect: 'manual',
    // Of one undici both: another's Request is none to this fetch.
    Request: UndiciRequest as unknown as typeof Request,
    fetch: async (request) => {
      if (tokenFile !== undefined) {
        request.headers.set('authorization', `Bearer ${await readBearerToken('--token-file', tokenFile)}`);
      }
      return (await undiciFetch(request as unknown as UndiciRequest, { dispatcher })) as unknown as Response;
    },
  });
  return { api, close: () => dispatcher.closeAll() };
}
