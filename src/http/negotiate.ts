import type { FastifyRequest } from 'fastify';
import type { DocumentKind } from '../analysis/reporting/report-document.ts';
import { LobarError } from '../errors.ts';

export const json = 'application/json';
export const fhirJson = 'application/fhir+json';
export const eventStream = 'text/event-stream';
const told = [json, fhirJson, eventStream] as const;

/** Media types under which an analysis is answered by a document of it alone, and which one that is. */
export const documentTypes = {
  'application/pdf': 'pdf',
  'text/html': 'html',
  'image/png': 'png',
  'multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.1': 'dicom',
  'application/dicom; transfer-syntax=1.2.840.10008.1.2.1': 'dicom',
} as const satisfies Readonly<Record<string, DocumentKind>>;
export type DocumentType = keyof typeof documentTypes;

export type Representation = (typeof told)[number] | DocumentType;
const offered: readonly Representation[] = [...told, ...(Object.keys(documentTypes) as DocumentType[])];

export function isDocumentType(representation: Representation): representation is DocumentType {
  return representation in documentTypes;
}

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

/** Whether an error is told to this client as FHIR. */
export function prefersFhir(request: FastifyRequest): boolean {
  return bestOf(request, told) === fhirJson;
}

/**
 * How an analysis is answered.
 *
 * @throws LobarError `not-acceptable`
 */
export function negotiate(request: FastifyRequest): Representation {
  const found = bestOf(request, offered);
  if (found !== undefined) return found;
  const names = offered.map((type) => type.replace(/; transfer-syntax=.*/, ''));
  const details = { accept: request.headers.accept ?? '' };
  throw new LobarError('not-acceptable', { offered: names }, { details });
}
