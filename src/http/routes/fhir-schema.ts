/** The FHIR face in the OpenAPI document. What the resources hold, their own definitions say. */
import { Type } from '@sinclair/typebox';
import { type ErrorCode, errorTable } from '../../errors.ts';
import { operationInputs } from '../../fhir/definitions/operation-definition.ts';
import { toOperationOutcome } from '../../fhir/operation-outcome.ts';
import { fhirJson, json } from '../negotiate.ts';

export const fhirTags = ['fhir'];

export const formatParameter = {
  _format: Type.Optional(Type.String({ description: 'Overrules Accept; JSON only' })),
};

export const fhirAnswer = (description: string, example?: object) => ({
  description,
  content: {
    [fhirJson]: {
      schema: {
        type: 'object',
        description,
        additionalProperties: true,
        ...(example === undefined ? {} : { examples: [example] }),
      },
    },
  },
});

/** An error, with one of the codes that it may have for its example. */
export const fhirProblem = (code: ErrorCode, description: string) => {
  const { status, title } = errorTable[code];
  const example = toOperationOutcome({ code, message: title, status });
  return fhirAnswer(`${description}. An OperationOutcome`, example);
};

export const notAcceptable = fhirProblem('not-acceptable', 'Accept or _format names nothing that is offered');

const identifier = { system: 'urn:dicom:uid', value: 'urn:oid:2.25.1234567890' };

const ParametersSchema = Type.Object(
  {
    resourceType: Type.Literal('Parameters'),
    id: Type.Optional(Type.String()),
    meta: Type.Optional(Type.Object({})),
    language: Type.Optional(Type.String()),
    parameter: Type.Array(
      Type.Object(
        { name: Type.Unsafe<string>({ type: 'string', enum: operationInputs.map(({ name }) => name) }) },
        { description: 'With one value[x], as the OperationDefinition says' },
      ),
      { minItems: 1, maxItems: operationInputs.length },
    ),
  },
  {
    additionalProperties: false,
    description: operationInputs
      .map(({ name, type, documentation }) => `- ${name} (${type}): ${documentation}`)
      .join('\n'),
    examples: [
      {
        resourceType: 'Parameters',
        parameter: [
          { name: 'study', valueIdentifier: identifier },
          { name: 'publish', valueCode: 'dry-run' },
        ],
      },
      {
        resourceType: 'Parameters',
        parameter: [
          { name: 'serviceRequest', valueReference: { reference: 'ServiceRequest/order-1' } },
          { name: 'task', valueReference: { reference: 'Task/task-1' } },
        ],
      },
    ],
  },
);

export const analyzeSchema = {
  tags: fhirTags,
  summary: 'Analyse a chest CT, asked for in FHIR',
  description:
    'The same work as POST /v1/analyses, by Parameters (OperationDefinition/analyze-chest-ct). A Task of the EHR follows it if one is named. Progress events are not offered here.',
  querystring: Type.Object(formatParameter, { additionalProperties: false }),
  body: {
    content: { [fhirJson]: { schema: ParametersSchema }, [json]: { schema: ParametersSchema } },
  },
  response: {
    200: fhirAnswer('The Bundle, or for an ineligible study an OperationOutcome with the reasons', {
      resourceType: 'Bundle',
      type: 'transaction',
    }),
    400: fhirProblem('request-invalid', 'Malformed Parameters, or an endpoint that is not configured'),
    404: fhirProblem('study-not-found', 'No such study, series or Task'),
    406: notAcceptable,
    409: fhirProblem('report-finalised', 'The report was finalised by a human, or the Task is not open'),
    413: fhirProblem('limit-exceeded', 'Over a limit, which is named'),
    415: fhirProblem(
      'media-type-unsupported',
      'Content-Type is neither application/fhir+json nor application/json, or of another version of FHIR',
    ),
    422: fhirProblem(
      'patient-not-found',
      'The images, the patient or the order cannot be used, or an identifier system is not configured',
    ),
    500: fhirProblem('inference-failed', 'Inference or Lobar itself failed'),
    502: fhirProblem(
      'ehr-unreachable',
      'The PACS, the EHR or the audit repository failed, or the Task could not be updated',
    ),
    503: {
      ...fhirProblem(
        'at-capacity',
        'All places are taken, the process drains, or PACS or EHR are left alone for now',
      ),
      headers: { 'retry-after': { type: 'integer', description: 'Seconds' } },
    },
    504: fhirProblem('ehr-timeout', 'The PACS, the EHR or the whole analysis took too long'),
  },
};
