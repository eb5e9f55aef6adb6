/** The shape of the configuration: names, units, defaults and what each is for. Read by config.ts. */
import { type Static, Type } from '@sinclair/typebox';
import { AuthSchema, HttpTlsSchema } from './config-auth.ts';
import { closed, seconds, section, words } from './config-blocks.ts';
import { AuditSchema, EhrSchema, PacsSchema } from './config-endpoints.ts';
import { LimitsSchema } from './config-limits.ts';
import { LogSchema } from './config-log.ts';
import { MetricsSchema } from './config-metrics.ts';
import { CallbackSchema, QueueSchema } from './config-queue.ts';
import { PageSchema, ReportSchema } from './config-report.ts';
import { TracingSchema } from './config-tracing.ts';
import { WatchSchema } from './config-watch.ts';

export type { AuthConfig, ClientCertificatesConfig, HttpTlsConfig, OidcConfig } from './config-auth.ts';
export type { TlsConfig } from './config-connections.ts';
export type {
  AuditConfig,
  EhrConfig,
  FhirConnectionConfig,
  OAuth2Config,
  PacsConfig,
  SmartConfig,
  WriteMode,
} from './config-endpoints.ts';
export { writeModes } from './config-endpoints.ts';
export type { LimitsConfig } from './config-limits.ts';
export type { LogConfig } from './config-log.ts';
export type { CallbackConfig, QueueConfig } from './config-queue.ts';
export type { Language, PageConfig, ReportConfig } from './config-report.ts';
export { languages } from './config-report.ts';
export type { TracingConfig } from './config-tracing.ts';
export type { WatchConfig } from './config-watch.ts';

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
      description: 'Series of thicker slices are refused',
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
      description: 'Scans with less lung than this are refused: they are not of a chest',
    }),
  },
  'Which scans are analysed (after Topff et al. 2023, doi 10.1371/journal.pone.0285121)',
);
export type EligibilityConfig = Static<typeof EligibilitySchema>;

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
    variants: Type.Union([Type.Literal('auto'), Type.Literal('none')], {
      default: 'auto',
      description:
        'Which file of a model package runs. auto: the one for the execution provider in use, as INT8 for the CPU, where there is one. none: always its main file',
    }),
    threads: Type.Integer({
      minimum: 0,
      maximum: 256,
      default: 0,
      description: 'CPU threads of the networks, shared out among the lanes; 0: one a core',
    }),
    lanes: Type.Integer({
      minimum: 0,
      maximum: 16,
      default: 0,
      description:
        'Threads that run batches of the networks side by side, each with a copy of their weights; 0: two on a CPU with two threads or more where the model files are together smaller than 128 MiB, else one',
    }),
    decodeThreads: Type.Integer({
      minimum: 0,
      maximum: 256,
      default: 0,
      description: 'Decode workers; 0: one a core',
    }),
    stallSeconds: seconds(
      120,
      'A running analysis that makes no progress for so long is taken for a native run that hangs, and the process ends. Longer than the slowest batch of a network takes',
    ),
    modelsFolder: Type.Optional(
      Type.String({ description: 'Folder of model packages; the shipped one by default' }),
    ),
    lungsLobes: Type.String({
      default: 'lungs-lobes-phantom',
      description: 'Name of the package for lungs and lobes',
    }),
    lungs: Type.Optional(
      Type.String({
        description:
          'Name of the package of a network that knows the two lungs only, asked beside lungsLobes; none by default',
      }),
    ),
    classifier: Type.String({
      default: 'classifier-phantom',
      description: 'Name of the package for the classification',
    }),
    opacities: Type.String({
      default: 'opacities-phantom',
      description: 'Name of the package for the opacities',
    }),
  },
  'Networks and the hardware they run on',
);
export type InferenceConfig = Static<typeof InferenceSchema>;

export const EgressSchema = section(
  {
    blockedAddresses: Type.Array(Type.String({ format: 'address-range' }), {
      default: [],
      description:
        'Addresses (IPv4, IPv6, CIDR) that no connection may end at, whatever a name resolves to. Behind a proxy the connection ends at the proxy. The collector of tracing.endpoint is not checked',
      examples: [['169.254.0.0/16', 'fe80::/10']],
    }),
  },
  'Where connections may lead, beside the endpoints that are configured',
);
export type EgressConfig = Static<typeof EgressSchema>;

const proxyUrl = (description: string) => Type.Optional(Type.String({ format: 'proxy-url', description }));

export const ProxySchema = section(
  {
    http: proxyUrl('Proxy for http endpoints; HTTP_PROXY of the environment by default'),
    https: proxyUrl('Proxy for https endpoints; HTTPS_PROXY of the environment by default'),
    noProxy: Type.Optional(
      Type.String({ description: 'Hosts that are reached directly; NO_PROXY of the environment by default' }),
    ),
  },
  'Proxies towards PACS, EHR, audit repository, issuer and token endpoints, and of `lobar analyze --server`; not towards the collector of tracing.endpoint',
);
export type ProxyConfig = Static<typeof ProxySchema>;

export const ConfigSchema = closed(
  {
    http: section(
      {
        host: Type.String({ default: '127.0.0.1', description: 'Address to listen on' }),
        port: Type.Integer({
          minimum: 0,
          maximum: 65_535,
          default: 8080,
          description: 'Port to listen on; 0 picks a free one',
        }),
        tls: Type.Optional(HttpTlsSchema),
      },
      'Where Lobar listens',
    ),
    log: LogSchema,
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
    audit: AuditSchema,
    auth: AuthSchema,
    tracing: TracingSchema,
    egress: EgressSchema,
    proxy: ProxySchema,
    fhirBase: Type.String({
      format: 'http-url',
      default: 'https://lobar.example.org/fhir',
      description:
        'Base URI of the identifiers and the code system that Lobar mints. Set it once and keep it',
    }),
    eligibility: EligibilitySchema,
    inference: InferenceSchema,
    limits: LimitsSchema,
    metrics: MetricsSchema,
    queue: QueueSchema,
    callbacks: Type.Record(Type.String({ pattern: '^[a-z0-9-]+$' }), CallbackSchema, {
      additionalProperties: false,
      default: {},
      description: 'Callbacks by name',
    }),
    watch: WatchSchema,
    report: ReportSchema,
    page: PageSchema,
  },
  'Configuration of Lobar',
);
export type Config = Static<typeof ConfigSchema>;
