/** The shape of the configuration: names, units, defaults and what each is for. Read by config.ts. */
import { type Static, type TProperties, Type } from '@sinclair/typebox';

/** Objects are closed: a misspelt key is a mistake, not a silent default. */
const closed = <P extends TProperties>(properties: P, description: string) =>
  Type.Object(properties, { additionalProperties: false, description });

/** A closed object that may be left out whole. */
const section = <P extends TProperties>(properties: P, description: string) =>
  Type.Object(properties, { additionalProperties: false, default: {}, description });

const seconds = (value: number, description: string) =>
  Type.Number({
    exclusiveMinimum: 0,
    maximum: 86_400,
    default: value,
    description: `${description}, seconds`,
  });

const count = (value: number, description: string, maximum = 1_000_000) =>
  Type.Integer({ minimum: 1, maximum, default: value, description });

const url = (description: string) =>
  Type.String({ format: 'http-url', description, examples: ['https://pacs.example.org/dicom-web'] });

const words = (value: readonly string[], description: string) =>
  Type.Array(Type.String({ minLength: 1 }), { default: [...value], description });

const tls = section(
  {
    caFile: Type.Optional(
      Type.String({
        description: 'PEM file of the certificate authorities to trust instead of the system ones',
      }),
    ),
    insecure: Type.Boolean({ default: false, description: 'Accept any certificate. For test systems only' }),
  },
  'TLS towards this endpoint',
);

const timeouts = section(
  {
    connect: seconds(5, 'To open a connection'),
    firstByte: seconds(30, 'From the request to the head of the answer'),
    idle: seconds(30, 'Between two pieces of an answer'),
  },
  'How long to wait for this endpoint',
);

const bearerTokenFile = Type.Optional(
  Type.String({ description: 'File that holds a bearer token; read again for every request' }),
);

export const PacsSchema = closed(
  { url: url('Root of its DICOMweb services (PS3.18)'), bearerTokenFile, tls, timeouts },
  'A PACS',
);
export type PacsConfig = Static<typeof PacsSchema>;

export const EhrSchema = closed(
  {
    url: url('Base of its FHIR R4 API'),
    bearerTokenFile,
    tls,
    timeouts,
    patientIdentifierSystem: Type.String({
      minLength: 1,
      description: 'Identifier system (URI) under which the EHR knows the DICOM PatientID',
      examples: ['urn:oid:2.16.840.1.113883.19.5'],
    }),
    issuerSystems: Type.Record(Type.String(), Type.String({ minLength: 1 }), {
      default: {},
      description:
        'IssuerOfPatientID (0010,0021) to identifier system, where one PACS serves several issuers',
    }),
    accessionSystem: Type.Optional(
      Type.String({
        description: 'Identifier system (URI) of accession numbers',
        examples: ['urn:oid:2.16.840.1.113883.19.6'],
      }),
    ),
    reportStatus: Type.Union([Type.Literal('preliminary'), Type.Literal('partial')], {
      default: 'preliminary',
      description: 'Status of the DiagnosticReport. Never final: no human has read it',
    }),
    aiLabel: Type.Boolean({ default: true, description: 'Label resources with meta.security AIAST' }),
    writeMode: Type.Union([Type.Literal('put-id')], {
      default: 'put-id',
      description: 'How resources are written: a transaction of PUT Type/id',
    }),
  },
  'An EHR',
);
export type EhrConfig = Static<typeof EhrSchema>;

export const EligibilitySchema = section(
  {
    chestWords: words(
      [
        'chest',
        'thorax',
        'thorac',
        'lung',
        'pulmo',
        'poumon',
        'polmon',
        'torace',
        'longen',
        'lunge',
        'hrct',
        'covid',
      ],
      'A series is of the chest if one of these begins a word of its body part, its descriptions or its protocol; thorax and thorac may stand within one',
    ),
    otherBodyPartWords: words(
      [
        'head',
        'brain',
        'skull',
        'neck',
        'abdomen',
        'pelvis',
        'spine',
        'knee',
        'foot',
        'ankle',
        'hand',
        'wrist',
        'shoulder',
        'hip',
        'extremity',
      ],
      'A series is not of the chest if one of these begins such a word and no chest word is there; with both, the lungs found decide',
    ),
    lungKernelWords: words(
      [
        'lung',
        'b50',
        'b60',
        'b70',
        'b80',
        'bl5',
        'bl6',
        'br5',
        'br6',
        'i50',
        'i70',
        'fc5',
        'fc8',
        'yc',
        'yd',
        'ya',
      ],
      'Convolution kernels (prefix or word) that are preferred, as the paper recommends lung kernels',
    ),
    maxSliceThicknessMm: Type.Number({
      exclusiveMinimum: 0,
      default: 3,
      description: 'Thicker slices are refused',
    }),
    minCoverageMm: Type.Number({
      exclusiveMinimum: 0,
      default: 150,
      description: 'Shorter scans are refused',
    }),
    minAgeYears: Type.Integer({ minimum: 0, default: 18, description: 'Younger patients are refused' }),
    minLungLitres: Type.Number({
      exclusiveMinimum: 0,
      default: 0.5,
      description: 'Less lung than this is not a chest',
    }),
  },
  'Which scans are analysed (PIPELINE.md 1)',
);
export type EligibilityConfig = Static<typeof EligibilitySchema>;

export const LimitsSchema = section(
  {
    inFlight: count(2, 'Analyses that run or wait in this process; more are answered 503'),
    analysisSeconds: seconds(600, 'Whole analysis'),
    instances: count(2000, 'Instances of a series'),
    bytesPerInstance: count(64 * 2 ** 20, 'Bytes of one instance', 2 ** 31),
    bytesPerSeries: count(2 * 2 ** 30, 'Bytes of a series as sent', 2 ** 36),
    voxels: count(2 ** 30, 'Voxels of the decoded volume', 2 ** 32),
    rowsColumns: count(2048, 'Rows or columns of an image', 65_535),
    headerBytes: count(2 ** 20, 'Bytes before the pixel data of one instance', 2 ** 28),
    partHeaderBytes: count(16 * 1024, 'Bytes of the header of one multipart part', 2 ** 20),
    jsonBytes: count(64 * 2 ** 20, 'Bytes of a JSON answer of PACS or EHR', 2 ** 30),
    requestBytes: count(64 * 1024, 'Bytes of a JSON request'),
    uploadIdleSeconds: seconds(30, 'Between two pieces of an upload'),
    uploadBytes: count(2 * 2 ** 30, 'Bytes of an uploaded study', 2 ** 36),
    uploadInstances: count(5000, 'Instances of an uploaded study, of all its series together'),
  },
  'Limits; over one of them the input is refused by its name',
);
export type LimitsConfig = Static<typeof LimitsSchema>;

export const InferenceSchema = section(
  {
    provider: Type.Union(
      [Type.Literal('auto'), Type.Literal('cuda'), Type.Literal('webgpu'), Type.Literal('cpu')],
      {
        default: 'auto',
        description:
          'Execution provider. auto: cuda if it loads, else cpu, and says so. cuda: refuse to start without it',
      },
    ),
    threads: Type.Integer({
      minimum: 0,
      maximum: 256,
      default: 0,
      description: 'CPU threads of a network; 0: one a core',
    }),
    decodeThreads: Type.Integer({
      minimum: 0,
      maximum: 256,
      default: 0,
      description: 'Decode workers; 0: one a core',
    }),
    modelsFolder: Type.Optional(
      Type.String({ description: 'Folder of model packages; the shipped one by default' }),
    ),
    lungsLobes: Type.String({ default: 'lungs-lobes-phantom', description: 'Package for lungs and lobes' }),
    classifier: Type.String({ default: 'classifier-phantom', description: 'Package for the classification' }),
    opacities: Type.String({ default: 'opacities-phantom', description: 'Package for the opacities' }),
  },
  'Networks and the hardware they run on',
);
export type InferenceConfig = Static<typeof InferenceSchema>;

export const ConfigSchema = closed(
  {
    http: section(
      {
        host: Type.String({ default: '127.0.0.1', description: 'Address to listen on' }),
        port: Type.Integer({
          minimum: 0,
          maximum: 65_535,
          default: 8080,
          description: '0 picks a free port',
        }),
      },
      'Where Lobar listens',
    ),
    log: section(
      {
        level: Type.Union(
          (['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const).map((level) =>
            Type.Literal(level),
          ),
          { default: 'info', description: 'Least severe line that is written' },
        ),
      },
      'Log, as JSON lines on stderr',
    ),
    pacs: Type.Record(Type.String({ pattern: '^[a-z0-9-]+$' }), PacsSchema, {
      additionalProperties: false,
      default: {},
      description: 'PACS by name; the first is the default',
    }),
    ehr: Type.Record(Type.String({ pattern: '^[a-z0-9-]+$' }), EhrSchema, {
      additionalProperties: false,
      default: {},
      description: 'EHRs by name; the first is the default',
    }),
    fhirBase: Type.String({
      format: 'http-url',
      default: 'https://lobar.example.org/fhir',
      description:
        'Base URI of the identifiers and the code system that Lobar mints. Set it once and keep it',
    }),
    eligibility: EligibilitySchema,
    inference: InferenceSchema,
    limits: LimitsSchema,
  },
  'Configuration of Lobar',
);
export type Config = Static<typeof ConfigSchema>;
