import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { request } from 'undici';
import { forwardedHeaders } from './forwarded-headers.ts';

/** Where an exchange between Lobar and a FHIR server is. */
export type Moment =
  /** The request has come whole; the server has nothing of it. */
  | 'sent'
  /** The server has half of its body. */
  | 'half sent'
  /** The server has answered; Lobar has nothing of it. */
  | 'answered'
  /** Lobar has half of the answer. */
  | 'half answered';

export interface Exchange {
  readonly method: string;
  /** Below the FHIR base, with the query: `/Patient?identifier=...`. */
  readonly path: string;
  /** X-Request-Id */
  readonly requestId: string;
  /** HTTP status, from `answered` on. */
  readonly status?: number;
}

export interface FhirProxy {
  /** FHIR base. */
  readonly url: string;
  /** All exchanges that were answered, in their order. */
  readonly answered: readonly Exchange[];
  close(): Promise<void>;
}

/**
 * A proxy before a FHIR server. `at` is called at every moment of every exchange, which goes on when it
 * resolves: so a test can hold a request back, or kill whoever sent it.
 */
export async function openFhirProxy(
  target: string,
  at: (moment: Moment, exchange: Exchange) => Promise<void> | void,
): Promise<FhirProxy> {
  const answered: Exchange[] = [];

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse, gone: AbortSignal): Promise<void> {
    const { method = 'GET', url = '/', headers } = incoming;
    const path = url.replace(/^\/fhir/, '');
    const exchange = { method, path, requestId: String(headers['x-request-id']) };
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const sent = Buffer.concat(chunks);
    await at('sent', exchange);
    const answer = await request(`${target}${path}`, {
      method: method as 'GET' | 'POST' | 'PUT',
      headers: {
        ...forwardedHeaders(headers),
        ...(sent.length > 0 ? { 'content-length': String(sent.length) } : {}),
      },
      ...(sent.length > 0 ? { body: Readable.from(inHalves(sent, () => at('half sent', exchange))) } : {}),
      signal: gone,
      headersTimeout: 120_000,
    });
    const body = Buffer.from(await answer.body.arrayBuffer());
    const status = answer.statusCode;
    answered.push({ ...exchange, status });
    await at('answered', { ...exchange, status });
    const kept = ['content-type', 'location', 'etag'].flatMap((name) => {
      const value = answer.headers[name];
      return value === undefined ? [] : [[name, value] as const];
    });
    outgoing.writeHead(status, { ...Object.fromEntries(kept), 'content-length': body.length });
    const middle = Math.floor(body.length / 2);
    await new Promise((resolve) => outgoing.write(body.subarray(0, middle), resolve));
    await at('half answered', { ...exchange, status });
    outgoing.end(body.subarray(middle));
  }

  const server = createServer((incoming, outgoing) => {
    const gone = new AbortController();
    const hangUp = () => gone.abort();
    incoming.socket.once('close', hangUp);
    // Who was killed hears nothing any more.
    pass(incoming, outgoing, gone.signal)
      .catch(() => outgoing.destroy())
      .finally(() => incoming.socket.off('close', hangUp));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/fhir`,
    answered,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function* inHalves(body: Buffer, between: () => Promise<void> | void): AsyncGenerator<Buffer> {
  const middle = Math.floor(body.length / 2);
  yield body.subarray(0, middle);
  await between();
  yield body.subarray(middle);
}
