/** Schemas that the OpenAPI document names and no route checks. */
import { Type } from '@sinclair/typebox';
import { documentFields, oneOf } from '../../analysis/analysis.ts';
import { analysisStages } from '../../analysis/analyze.ts';

const reference = (name: string) => Type.Unsafe<object>({ $ref: `#/components/schemas/${name}` });

const event = (name: string, data: object, description: string) =>
  Type.Object({ event: Type.Literal(name), data: Type.Unsafe<object>(data) }, { description });

/** What an analysis comes to in FHIR. */
export const bundleOrOutcome = { anyOf: [reference('Bundle'), reference('OperationOutcome')] };

/** FHIR resources are open: what they may hold, FHIR says. */
const resource = <Fields extends Parameters<typeof Type.Object>[0]>(
  type: string,
  fields: Fields,
  description: string,
) =>
  Type.Object({ resourceType: Type.Literal(type), ...fields }, { additionalProperties: true, description });

export const documentSchemas = {
  Progress: Type.Object(
    {
      stage: oneOf(
        analysisStages,
        'In this order; `report` only where one is drawn, `store` where objects go into the PACS, `publish` where something is published or would be',
      ),
      fraction: Type.Number({
        minimum: 0,
        maximum: 1,
        description: 'Of this stage: 0 when it starts, 1 when it is done',
      }),
    },
    { description: 'How far an analysis is', examples: [{ stage: 'opacities', fraction: 0.25 }] },
  ),
  Queued: Type.Object(
    { ahead: Type.Integer({ minimum: 0, description: 'How many wait before it' }) },
    { description: 'The analysis waits: all places are taken', examples: [{ ahead: 2 }] },
  ),
  DocumentPart: Type.Object(
    {
      ...documentFields,
      part: Type.Integer({ minimum: 1, description: 'Which part this is: they come in order' }),
      parts: Type.Integer({ minimum: 1, description: 'How many there are' }),
      data: Type.String({
        contentEncoding: 'base64',
        description: 'The bytes of this part, 384 KiB at most; each part is base64 by itself',
      }),
    },
    { description: 'A part of a document that was asked for' },
  ),
  AnalysisEvent: Type.Unsafe<object>({
    description: 'An event of the stream, with its data parsed as JSON',
    oneOf: [
      event('queued', reference('Queued'), 'The first one, if it has to wait for a place'),
      event('progress', reference('Progress'), 'Any number of them'),
      event('document', reference('DocumentPart'), 'Of the documents that were asked for, each in parts'),
      event('analysis', reference('Analysis'), 'The last one, if all went well'),
      event('problem', reference('Problem'), 'The last one, if it failed'),
    ],
  }),
  OperationOutcome: resource(
    'OperationOutcome',
    {
      issue: Type.Array(
        Type.Object(
          {
            severity: Type.String({ examples: ['error'] }),
            code: Type.String({ description: 'Of the FHIR R4 value set issue-type' }),
            details: Type.Optional(
              Type.Object(
                { text: Type.Optional(Type.String({ description: 'The code of the error' })) },
                { additionalProperties: true },
              ),
            ),
            diagnostics: Type.Optional(Type.String({ description: 'What is wrong and what to do' })),
            expression: Type.Optional(
              Type.Array(Type.String(), { description: 'FHIRPath of the place in the request' }),
            ),
          },
          { additionalProperties: true },
        ),
        { minItems: 1 },
      ),
    },
    'FHIR R4 OperationOutcome: the error is its first issue; what follows names the request and the thing',
  ),
  Bundle: resource(
    'Bundle',
    {
      type: Type.String({ examples: ['transaction'] }),
      entry: Type.Optional(Type.Array(Type.Object({}, { additionalProperties: true }))),
    },
    'FHIR R4 Bundle',
  ),
};
