/** What a model package says about its network: the shape of manifest.json, `models/manifest.schema.json`. */
import { type Static, type TLiteral, type TProperties, Type } from '@sinclair/typebox';
import { activations, classes, lobes, lungSideNames, opacityLabels } from '../pipeline/types.ts';

/** What a network is for. A pipeline is one package of each; only `lungs` may be missing. */
export const modelTasks = ['lungs-lobes', 'lungs', 'classifier', 'opacities'] as const;
export type ModelTask = (typeof modelTasks)[number];

const closed = <P extends TProperties>(properties: P, description?: string) =>
  Type.Object(properties, { additionalProperties: false, ...(description ? { description } : {}) });

const oneOf = <const Values extends readonly string[]>(values: Values, description: string) =>
  Type.Union(
    values.map((value): TLiteral<Values[number]> => Type.Literal(value)),
    { description },
  );

const sentence = (description: string) => Type.String({ minLength: 1, maxLength: 2000, description });
const uri = (description: string) =>
  Type.String({ pattern: '^[a-z][a-z0-9+.-]*:\\S+$', maxLength: 500, description });
const size = Type.Integer({ minimum: 1, maximum: 4096 });
const probability = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });

const port = (what: string) =>
  Type.Array(
    closed({
      name: Type.String({ minLength: 1, description: 'Its name in the ONNX graph' }),
      type: Type.Literal('float32'),
      shape: Type.Array(Type.Union([size, Type.String({ minLength: 1 })]), {
        minItems: 2,
        maxItems: 5,
        description:
          'As in the ONNX graph: a number where the graph fixes it, else the name of the dimension, ? where it has none',
      }),
    }),
    { minItems: 1, maxItems: 1, description: `The one ${what} of the network` },
  );

const windowOfLungs = closed(
  { level: Type.Number(), width: Type.Number({ exclusiveMinimum: 0 }) },
  'HU window that is scaled to 0..1; the paper: level -500, width 1500',
);
const planeSize = Type.Tuple([size, size], { description: 'Height and width of the input' });
const batchSize = Type.Integer({
  minimum: 1,
  maximum: 256,
  description:
    'Slices of one run; always this many, the last batch is padded. On the CPU one, where the graph leaves the batch free',
});

const perChannel = (what: string) =>
  Type.Array(Type.Number(), {
    minItems: 1,
    maxItems: 16,
    description: `${what}: one number, or one a channel`,
  });

/** How windowed values become what the network was trained on. */
const scaling = {
  range: Type.Optional(
    Type.Tuple([Type.Number(), Type.Number()], {
      description: 'What the edges of the window become; [0, 1] by default',
    }),
  ),
  normalise: Type.Optional(
    closed(
      {
        mean: perChannel('Mean'),
        std: Type.Array(Type.Number({ exclusiveMinimum: 0 }), {
          minItems: 1,
          maxItems: 16,
          description: 'Standard deviation: one number, or one a channel',
        }),
      },
      'After the range: (value - mean) / std',
    ),
  ),
};
const channels = (usual: number) =>
  Type.Optional(
    Type.Integer({ minimum: 1, maximum: 16, description: `Channels of the input; ${usual} by default` }),
  );
const contextMm = Type.Optional(
  Type.Number({
    exclusiveMinimum: 0,
    description:
      "From one channel's slice to the next one's, mm, feet to head, the slice itself in the middle; without it every channel is the slice itself",
  }),
);
const activation = Type.Optional(
  oneOf(
    activations,
    'What Lobar does to the output to make it probabilities, over its channels; none by default: they are probabilities already',
  ),
);

const file = Type.String({ pattern: '\\.onnx$', description: 'The ONNX file, inside the package folder' });
const sha256 = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 of the file, lower case hex' });

const variant = closed({
  provider: oneOf(
    ['cpu', 'cuda', 'webgpu'],
    'The execution provider on which it runs instead of the main file',
  ),
  file,
  sha256,
  precision: oneOf(['int8', 'float16'], 'What it computes in; every result names it'),
  note: sentence('What it gains and loses against the main file, measured on what'),
});
/** Another file of the same network, for one provider. */
export type ManifestVariant = Static<typeof variant>;

/** What a package, and so its folder, may be called. */
export const packageName = /^[a-z0-9][a-z0-9.-]{0,63}$/;

const common = {
  $schema: Type.Optional(Type.String({ description: 'For editors' })),
  name: Type.String({
    pattern: packageName.source,
    description: 'Name of the package and of its folder',
  }),
  version: Type.String({
    pattern: '^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(-[0-9A-Za-z.-]+)?(\\+[0-9A-Za-z.-]+)?$',
    description: 'Semantic version. It goes into every report: raise it whenever a file changes',
  }),
  file,
  sha256,
  variants: Type.Optional(
    Type.Array(variant, {
      minItems: 1,
      description:
        'Other files of the same network, at most one a provider: same input, output, preprocessing and labels',
    }),
  ),
  inputs: port('input'),
  outputs: port('output'),
  trainingData: sentence('What the network was trained on'),
  intendedUse: sentence('What the network may be used for'),
  limits: Type.Array(sentence('One limit'), { minItems: 1, description: 'Where it is known to be wrong' }),
  udi: Type.Optional(
    closed(
      {
        deviceIdentifier: Type.String({ minLength: 1, maxLength: 200, description: 'UDI-DI' }),
        carrierHRF: Type.Optional(
          Type.String({ minLength: 1, maxLength: 500, description: 'The whole UDI as printed for humans' }),
        ),
        issuer: Type.Optional(
          uri('Who issues the identifiers, such as http://hl7.org/fhir/NamingSystem/gs1-di'),
        ),
        jurisdiction: Type.Optional(uri('The register, such as http://hl7.org/fhir/NamingSystem/fda-udi')),
      },
      'Unique device identification, where the model is a registered medical device; goes into Device.udiCarrier',
    ),
  ),
  licence: Type.String({ minLength: 1, description: 'SPDX licence expression of the weights' }),
};

const lungPreprocessing = closed({
  inputSize: planeSize,
  window: windowOfLungs,
  ...scaling,
  channels: channels(3),
  contextMm,
  sliceStepMm: Type.Number({ exclusiveMinimum: 0, description: 'Asked at most once in this height, mm' }),
  crop: Type.Optional(
    Type.Literal('body', {
      description: 'It sees the box around the body, one for all slices; whole slices by default',
    }),
  ),
  batchSize,
});

const LungsSchema = closed({
  ...common,
  task: Type.Literal('lungs'),
  preprocessing: lungPreprocessing,
  labels: Type.Array(oneOf(['background', ...lungSideNames], 'Background or a side'), {
    minItems: lungSideNames.length + 1,
    maxItems: lungSideNames.length + 1,
    uniqueItems: true,
    description: 'What each output channel means',
  }),
  activation,
});

const LungsLobesSchema = closed({
  ...common,
  task: Type.Literal('lungs-lobes'),
  preprocessing: lungPreprocessing,
  activation,
  labels: Type.Array(oneOf(['background', ...lobes], 'Background or a lobe'), {
    minItems: lobes.length + 1,
    maxItems: lobes.length + 1,
    uniqueItems: true,
    description: 'What each output channel means',
  }),
});

const ClassifierSchema = closed({
  ...common,
  task: Type.Literal('classifier'),
  preprocessing: closed({
    inputSize: Type.Tuple([size, size, size], { description: 'Depth, height and width of the input' }),
    window: windowOfLungs,
    ...scaling,
  }),
  activation,
  labels: Type.Array(oneOf(classes, 'A class'), {
    minItems: classes.length,
    maxItems: classes.length,
    uniqueItems: true,
    description: 'What each output channel means',
  }),
  thresholds: closed({
    noImagingSigns: probability('Above it the decision is no-imaging-signs'),
    covid19: probability('Else, above it the decision is covid-19'),
  }),
});

const OpacitiesSchema = closed({
  ...common,
  task: Type.Literal('opacities'),
  preprocessing: closed({
    inputSize: planeSize,
    window: windowOfLungs,
    bcet: Type.Optional(
      closed(
        { low: Type.Number(), high: Type.Number(), mean: Type.Number() },
        'Targets of the balance contrast enhancement (Liu 1991): minimum, maximum, mean; without it the window only',
      ),
    ),
    ...scaling,
    channels: channels(1),
    contextMm,
    batchSize,
  }),
  activation,
  labels: Type.Array(oneOf(opacityLabels, 'Opacity, or what is none'), {
    minItems: 1,
    maxItems: 16,
    description: 'What each output channel means; those of opacity are added up',
  }),
  thresholds: closed({
    opacity: probability('Above it a voxel is opacity'),
    opacityPeak: Type.Optional(
      probability('A connected region of opacity in which no voxel is above it is dropped; none by default'),
    ),
  }),
  noiseFloorMl: Type.Number({ minimum: 0, description: 'Less opacity in a lobe than this is none, mL' }),
});

/** The manifest of any task. `discriminator` lets Ajv list the mistakes of the one task that is meant. */
export const ManifestSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Manifest of a Lobar model package',
  type: 'object',
  discriminator: { propertyName: 'task' },
  required: ['task'],
  oneOf: [LungsLobesSchema, LungsSchema, ClassifierSchema, OpacitiesSchema],
} as const;

export type LungsLobesManifest = Static<typeof LungsLobesSchema>;
export type LungsManifest = Static<typeof LungsSchema>;
export type ClassifierManifest = Static<typeof ClassifierSchema>;
export type OpacitiesManifest = Static<typeof OpacitiesSchema>;
export type ModelManifest = LungsLobesManifest | LungsManifest | ClassifierManifest | OpacitiesManifest;
export type ManifestOf<Task extends ModelTask> = Extract<ModelManifest, { task: Task }>;
