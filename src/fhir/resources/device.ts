import { codes, coding, localConcept } from '../codes.ts';
import { identifierValue } from '../keys.ts';
import type { ReportContext } from '../report-context.ts';
import type { ModelFacts } from '../report-facts.ts';

/** The software: algorithm, version, and of each model its name, version, checksum, precision and where it ran. */
export function device(context: ReportContext): fhir4.Device {
  const { facts, fhirBase, ids } = context;
  const { algorithm, models } = facts;
  return {
    resourceType: 'Device',
    id: ids.device,
    identifier: [deviceIdentifier(context)],
    ...udiCarriers(models),
    status: 'active',
    deviceName: [{ name: algorithm.name, type: 'user-friendly-name' }],
    type: { coding: [coding(codes.artificialIntelligence)], text: 'AI model' },
    version: [
      {
        type: { coding: [coding(codes.algorithmVersion)], text: 'algorithm version' },
        component: { type: { coding: [coding(codes.algorithmName)] }, value: algorithm.id },
        value: algorithm.version,
      },
      ...models.map((model) => modelVersion(fhirBase, model)),
    ],
    property: models.flatMap((model) => modelProperties(fhirBase, model)),
    note: models.map((model) => ({
      text: `${label(model)} (${model.task}). Intended use: ${model.intendedUse} Training data: ${model.trainingData}`,
    })),
  };
}

/** By it the software is found again, and named where it is not written. */
export function deviceIdentifier({ facts: { algorithm }, fhirBase, ids }: ReportContext): fhir4.Identifier {
  const value = identifierValue(algorithm.id, algorithm.version, ids.device);
  return { system: `${fhirBase}/ai-device`, value };
}

/** Only of models that are registered devices; nobody typed it in, so there is no entryType. */
function udiCarriers(models: readonly ModelFacts[]): Pick<fhir4.Device, 'udiCarrier'> {
  const udiCarrier = models.flatMap(({ udi }) => (udi === undefined ? [] : [{ ...udi }]));
  return udiCarrier.length === 0 ? {} : { udiCarrier };
}

function modelVersion(fhirBase: string, model: ModelFacts): fhir4.DeviceVersion {
  return {
    type: { ...localConcept(fhirBase, 'model-version'), text: `model version (${model.task})` },
    component: { system: `${fhirBase}/ai-model`, value: model.name },
    value: model.version,
  };
}

function modelProperties(fhirBase: string, model: ModelFacts): fhir4.DeviceProperty[] {
  return [
    {
      type: { ...localConcept(fhirBase, 'model-sha256'), text: `SHA-256 of ${label(model)}` },
      valueCode: [{ text: model.sha256 }],
    },
    ...(model.precision === undefined
      ? []
      : [
          {
            type: { ...localConcept(fhirBase, 'model-precision'), text: `precision of ${label(model)}` },
            valueCode: [{ text: model.precision }],
          },
        ]),
    {
      type: {
        ...localConcept(fhirBase, 'execution-provider'),
        text: `execution provider of ${label(model)}`,
      },
      valueCode: [{ text: model.executionProvider }],
    },
  ];
}

function label({ name, version }: ModelFacts): string {
  return `${name} ${version}`;
}
