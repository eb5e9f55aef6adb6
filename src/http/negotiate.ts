import type { FastifyRequest } from 'fastify';
import { LobarError } from '../errors.ts';

export const json = 'application/json';
export const fhirJson = 'application/fhir+json';
export const eventStream = 'text/event-stream';
const offered = [json, fhirJson, eventStream] as const;
export type Representation = (typeof offered)[number];

/**
 * A range with a parameter matches no offer without it: clients name the encoding, and FHIR R4 by its version,
 * 4.0 (FHIR R4 http, "FHIR Version Parameter") or in full.
 */
const parameters = ['; charset=utf-8; fhirVersion=4.0', '; charset=utf-8; fhirVersion=4.0.1'];

/** The best of these by the Accept header (RFC 9110 12.5.1), or undefined. */
export function bestOf<Type extends string>(
  request: FastifyRequest,
  types: readonly Type[],
): Type | undefined {
  const offers = parameters.flatMap((given) => types.map((type) => type + given));
  const found = request.accepts().type(offers);
  return types.find((type) => parameters.some((given) => type + given === found));
}

/** The best of what is offered by the Accept header, or undefined. */
export function preferred(request: FastifyRequest): Representation | undefined {
  return bestOf(request, offered);
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
