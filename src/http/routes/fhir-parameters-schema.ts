/** The Parameters of $analyze-chest-ct as JSON Schema; fhir/analyze-parameters.ts reads them and tells mistakes by their place. */
import { type TSchema, Type } from '@sinclair/typebox';
import { operationInputs } from '../../fhir/definitions/operation-definition.ts';

type Input = (typeof operationInputs)[number];

const open = { additionalProperties: true };
const dicomUid = Type.Object(
  {
    system: Type.Literal('urn:dicom:uid'),
    value: Type.String({ pattern: '^urn:oid:[0-9]+(\\.[0-9]+)*$', maxLength: 64 + 'urn:oid:'.length }),
  },
  open,
);
const identifier = (maxLength?: number) =>
  Type.Object(
    {
      system: Type.Optional(Type.String()),
      value: Type.String({ minLength: 1, ...(maxLength === undefined ? {} : { maxLength }) }),
    },
    open,
  );
const reference = (type: string) =>
  Type.Object({ reference: Type.String({ examples: [`${type}/1`] }) }, open);
const endpoint = Type.String({ pattern: '^[a-z0-9-]+$' });

const values: Readonly<Record<Input['name'], TSchema>> = {
  study: dicomUid,
  accession: identifier(64),
  serviceRequest: reference('ServiceRequest'),
  patient: identifier(),
  series: dicomUid,
  publish: Type.Unsafe<string>({ type: 'string', enum: ['true', 'false', 'dry-run'] }),
  pacs: endpoint,
  ehr: endpoint,
  task: reference('Task'),
};

const parameter = ({ name, type, documentation }: Input) =>
  Type.Object(
    {
      id: Type.Optional(Type.String()),
      extension: Type.Optional(Type.Array(Type.Object({}, open))),
      name: Type.Literal(name),
      [`value${type.charAt(0).toUpperCase()}${type.slice(1)}`]: values[name],
    },
    { additionalProperties: false, description: documentation },
  );

const study = {
  name: 'study',
  valueIdentifier: { system: 'urn:dicom:uid', value: 'urn:oid:2.25.1234567890' },
};

export const ParametersSchema = Type.Object(
  {
    resourceType: Type.Literal('Parameters'),
    id: Type.Optional(Type.String()),
    meta: Type.Optional(Type.Object({}, open)),
    language: Type.Optional(Type.String()),
    parameter: Type.Array(Type.Union(operationInputs.map(parameter)), {
      minItems: 1,
      maxItems: operationInputs.length,
      description: 'Each name at most once; one of study, accession and serviceRequest is needed',
    }),
  },
  {
    $id: 'Parameters',
    additionalProperties: false,
    description: 'FHIR R4 Parameters, as OperationDefinition/analyze-chest-ct says',
    examples: [
      { resourceType: 'Parameters', parameter: [study, { name: 'publish', valueCode: 'dry-run' }] },
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
