import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { EhrConfig, LimitsConfig } from '../../../src/config-schema.ts';
import { LobarError } from '../../../src/errors.ts';
import type { Failure } from '../../../src/fhir/connection/failure.ts';
import {
  type FhirConnection,
  openFhirConnection,
  type Written,
} from '../../../src/fhir/connection/open-fhir-connection.ts';
import { type Answer, ehrConfig } from '../ehr-fixture.ts';

export interface Peer extends AsyncDisposable {
  /** FHIR base. */
  readonly url: string;
  readonly requests: readonly {
    readonly method: string;
    readonly url: string;
    readonly headers: IncomingMessage['headers'];
    readonly body: string;
    /** Milliseconds of performance.now() at its end. */
    readonly at: number;
  }[];
  /** How many connections were opened to it. */
  readonly connections: number;
}

/**
 * An HTTP server that gives one answer to everything.
 *
 * @param onConnection - does something to a connection before a request has been read
 */
export async function openPeer(answer: Answer, onConnection?: (socket: Socket) => void): Promise<Peer> {
  const requests: Peer['requests'][number][] = [];
  let connections = 0;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return; // Broken off by a test.
    }
    const body = Buffer.concat(chunks).toString();
    const { method = '', url = '', headers } = request;
    requests.push({ method, url, headers, body, at: performance.now() });
    answer(request, response, body);
  });
  server.on('connection', (socket) => {
    connections += 1;
    onConnection?.(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/fhir`,
    requests,
    get connections() {
      return connections;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export interface TestConnection extends FhirConnection, AsyncDisposable {}

/** A connection to a FHIR server, impatient, with a circuit breaker that never opens unless asked otherwise. */
export function openTestConnection(
  url: string,
  more: Partial<EhrConfig> = {},
  setting = 'ehr.main',
): TestConnection {
  const config = ehrConfig(url, {
    timeouts: { connect: 1, firstByte: 0.2, idle: 0.2, total: 20 },
    ...more,
  });
  const connection = openFhirConnection('main', setting, config, { jsonBytes: 2 ** 20 } as LimitsConfig);
  return { ...connection, [Symbol.asyncDispose]: () => connection.close() };
}

/** The error that something ends with. */
export async function errorOf(promise: Promise<unknown>): Promise<LobarError> {
  const error = await promise.then(
    () => new Error('it went well'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof LobarError)) throw error;
  return error;
}

/** How a write failed. */
export async function failureOf(written: Promise<Written<unknown>>): Promise<Failure> {
  const result = await written;
  if ('written' in result) throw new Error('it went well');
  return result.failure;
}

export const signal = new AbortController().signal;

const basic: fhir4.Basic = { resourceType: 'Basic', id: 'b1', code: {} };

export const oneReport: fhir4.Bundle = {
  resourceType: 'Bundle',
  type: 'transaction',
  entry: [{ resource: basic, request: { method: 'PUT', url: 'Basic/b1' } }],
};

/** The nth answer to the nth request, the last one from then on. */
export function inTurn(...answers: readonly Answer[]): Answer {
  let asked = 0;
  return (...exchange) => {
    const answer = answers[Math.min(asked, answers.length - 1)] as Answer;
    asked += 1;
    answer(...exchange);
  };
}

/** An answer of any bytes. */
export function raw(status: number, body: string | Buffer, headers: Record<string, string> = {}): Answer {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/fhir+json', ...headers });
    response.end(body);
  };
}

export const stall: Answer = () => undefined;
export const hangUp: Answer = (request) => request.socket.destroy();
