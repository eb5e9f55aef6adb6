/** The shape of the configuration of traces, and what the environment says about them. */
import { type Static, Type } from '@sinclair/typebox';
import { section } from './config-blocks.ts';
import { freeHeaders } from './config-connections.ts';
import { configFormats } from './config-formats.ts';

export const TracingSchema = section(
  {
    endpoint: Type.Optional(
      Type.String({
        format: 'http-url',
        description:
          'OTLP/HTTP base of a collector, to which /v1/traces is appended; OTEL_EXPORTER_OTLP_ENDPOINT of the environment by default. Without it there are no traces. It is reached directly: neither proxy nor egress.blockedAddresses holds for it',
        examples: ['http://collector.example.org:4318'],
      }),
    ),
    sampleRatio: Type.Number({
      minimum: 0,
      maximum: 1,
      default: 1,
      description:
        'Part of the requests that are traced, 0 to 1; for one that brings a traceparent, its caller has decided',
    }),
    serviceName: Type.String({
      minLength: 1,
      default: 'lobar',
      description: 'service.name of the traces; OTEL_SERVICE_NAME of the environment by default',
    }),
    headers: freeHeaders,
  },
  'Traces by OpenTelemetry, with W3C Trace Context in, and out to PACS and EHR',
);
export type TracingConfig = Static<typeof TracingSchema>;

type Environment = Readonly<Record<string, string | undefined>>;

/** Of the OpenTelemetry specification; an empty variable is none. */
const variables = { endpoint: 'OTEL_EXPORTER_OTLP_ENDPOINT', serviceName: 'OTEL_SERVICE_NAME' } as const;

/**
 * Writes what the environment says into `settings` (which is changed), where neither a file nor a LOBAR_* variable
 * says something else, and tells what cannot be used.
 */
export function environmentTracing(
  environment: Environment,
  settings: Record<string, unknown>,
): { mistakes: string[] } {
  const given = settings['tracing'] ?? {};
  // Anything else is a mistake, which the schema tells.
  if (typeof given !== 'object' || Array.isArray(given)) return { mistakes: [] };
  const found: Record<string, string> = {};
  const mistakes: string[] = [];
  for (const [setting, name] of Object.entries(variables)) {
    const value = environment[name] ?? '';
    if (value === '' || setting in given) continue;
    const format = setting === 'endpoint' ? configFormats['http-url'] : undefined;
    if (format === undefined || format.test(value)) found[setting] = value;
    else mistakes.push(`${name}: must be ${format.expected}`);
  }
  settings['tracing'] = { ...found, ...given };
  return { mistakes };
}
