/** The FHIR face in the OpenAPI document. What the resources hold, their own definitions say. */
import { Type } from '@sinclair/typebox';
import { fhirJson, json } from '../negotiate.ts';
import { type AnsweredCode, errorsOf } from '../openapi/answered-errors.ts';
import type { OperationNotes } from '../openapi/operation-notes.ts';
import { bundleOrOutcome } from '../openapi/schemas.ts';
import { analysisHeaders, formatParameter } from '../openapi/shared-parameters.ts';
import { ParametersSchema } from './fhir-parameters-schema.ts';

export const fhirTags = ['fhir'];

export const fhirNotes = (errors: readonly AnsweredCode[]): OperationNotes => ({ errors, face: 'outcome' });

export const fhirAnswer = (description: string, resourceType: string, example?: object) => ({
  description,
  content: {
    [fhirJson]: {
      schema: {
        type: 'object',
        required: ['resourceType'],
        properties: { resourceType: { const: resourceType } },
        additionalProperties: true,
        ...(example === undefined ? {} : { examples: [example] }),
      },
    },
  },
});

const notes: OperationNotes = {
  ...fhirNotes(errorsOf.fhirAnalysis),
  answers: { [fhirJson]: { schema: bundleOrOutcome } },
};
const parameters = Type.Ref(ParametersSchema.$id ?? '');

export const analyzeSchema = {
  operationId: 'analyzeInFhir',
  tags: fhirTags,
  summary: 'Analyse a chest CT, asked for in FHIR',
  description:
    'The same work as POST /v1/analyses, by Parameters (OperationDefinition/analyze-chest-ct). A Task of the EHR follows it if one is named. Progress events are not offered here.',
  'x-lobar': notes,
  headers: analysisHeaders,
  querystring: Type.Object(formatParameter, { additionalProperties: false }),
  body: { content: { [fhirJson]: { schema: parameters }, [json]: { schema: parameters } } },
  response: {
    200: {
      description: 'The Bundle, or for an ineligible study an OperationOutcome with the reasons',
      content: { [fhirJson]: { schema: {} } },
    },
  },
};
