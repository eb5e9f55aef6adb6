import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Answer, json } from '../ehr-fixture.ts';

/** A repository of AuditEvents that answers as a test wants, and may be down for a while. */
export interface AuditServer extends AsyncDisposable {
  /** FHIR base. */
  readonly url: string;
  /** How it answers from now on. */
  answer: Answer;
  /** X-Request-Ids of the events that it took, in their order. */
  readonly taken: string[];
  /** The events themselves, likewise. */
  readonly events: fhir4.AuditEvent[];
  /** Requests that came, also those that it did not take. */
  asked: number;
  up(): Promise<void>;
  down(): Promise<void>;
}

export async function auditServer(): Promise<AuditServer> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      one.asked += 1;
      one.answer(request, response, Buffer.concat(chunks).toString());
    });
  });
  let port = 0;
  const listen = () => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen();
  ({ port } = server.address() as AddressInfo);
  const taken: string[] = [];
  const events: fhir4.AuditEvent[] = [];
  const one: AuditServer = {
    url: `http://127.0.0.1:${port}/fhir`,
    taken,
    events,
    asked: 0,
    answer: takes(taken, events),
    up: listen,
    async down() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
    async [Symbol.asyncDispose]() {
      if (server.listening) await this.down();
    },
  };
  return one;
}

function takes(taken: string[], events: fhir4.AuditEvent[]): Answer {
  return (request, response, body) => {
    const event = JSON.parse(body) as fhir4.AuditEvent;
    taken.push(requestIdOf(event));
    events.push(event);
    json(201, { ...event, id: `a${taken.length}` })(request, response, body);
  };
}

function requestIdOf({ entity = [] }: fhir4.AuditEvent): string {
  return entity.find(({ type }) => type?.code === 'XrequestId')?.what?.identifier?.value ?? '';
}

/** Takes the request and never answers. */
export const stalls: Answer = () => {};
