import type { FastifyRequest } from 'fastify';
import { LobarError } from '../errors.ts';

export const json = 'application/json';
export const fhirJson = 'application/fhir+json';
export const eventStream = 'text/event-stream';
const offered = [json, fhirJson, eventStream] as const;
export type Representation = (typeof offered)[number];

/** The best of what is offered by the Accept header (RFC 9110 12.5.1), or undefined. */
export function preferred(request: FastifyRequest): Representation | undefined {
  const found = request.accepts().type([...offered]);
  return offered.find((type) => type === found);
}

/** @throws LobarError `not-acceptable` */
export function negotiate(request: FastifyRequest): Representation {
  const found = preferred(request);
  if (found === undefined) {
    throw new LobarError(
      'not-acceptable',
      { offered },
      { details: { accept: request.headers.accept ?? '' } },
    );
  }
  return found;
}
