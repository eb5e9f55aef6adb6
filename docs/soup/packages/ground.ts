import type { PackageEntries } from '../package-entry.ts';

const openTelemetry = {
  maker: 'OpenTelemetry (CNCF)',
  issues: 'https://github.com/open-telemetry/opentelemetry-js/issues',
} as const;

/** What every part stands on: configuration, log, metrics, traces. */
export const ground: PackageEntries = {
  '@sinclair/typebox': {
    maker: 'sinclairzx81',
    issues: 'https://github.com/sinclairzx81/sinclair-typebox/issues',
    purpose: 'schemas of configuration, requests, answers and manifests',
    required: 'JSON Schema and the type of the same',
    tests: ['test/config.test.ts', 'test/http/openapi.test.ts'],
  },
  ajv: {
    maker: 'Ajv',
    issues: 'https://github.com/ajv-validator/ajv/issues',
    purpose: 'checks configuration and manifests',
    required: 'JSON Schema; every mistake at once',
    anomalies:
      'A pattern or a format may be slow on hostile text: schemas are ours, what they check is bounded',
    tests: ['test/config.test.ts', 'test/inference/manifest.test.ts'],
  },
  yaml: {
    maker: 'Eemeli Aro',
    issues: 'https://github.com/eemeli/yaml/issues',
    purpose: 'reads the configuration',
    required: 'YAML 1.2; the line of what it cannot read',
    tests: ['test/config.test.ts'],
  },
  pino: {
    maker: 'Pino (OpenJS)',
    issues: 'https://github.com/pinojs/pino/issues',
    purpose: 'the log',
    required: 'a line of JSON for each event; the last line of a process that ends is written',
    tests: ['test/system/canaries.test.ts', 'test/cli/serve-log.test.ts', 'test/cli/uncaught.test.ts'],
  },
  'pino-pretty': {
    maker: 'Pino (OpenJS)',
    issues: 'https://github.com/pinojs/pino-pretty/issues',
    purpose: 'the log on a terminal; not loaded with `log.format: json`',
    required: 'the same lines for people',
    tests: ['test/cli/serve-log.test.ts'],
  },
  'prom-client': {
    maker: 'Simon Nyberg',
    issues: 'https://github.com/siimon/prom-client/issues',
    purpose: 'metrics',
    required: 'the text format of Prometheus',
    tests: ['test/telemetry/metrics.test.ts', 'test/system/prometheus.test.ts'],
  },
  '@opentelemetry/api': {
    ...openTelemetry,
    purpose: 'traces: what the code calls',
    required: 'costs nothing where tracing is off',
    tests: ['test/telemetry/traces.test.ts'],
  },
  '@opentelemetry/core': {
    ...openTelemetry,
    purpose: 'traces: W3C Trace Context',
    required: 'the caller’s trace goes on to PACS and EHR',
    tests: ['test/telemetry/traces.test.ts'],
  },
  '@opentelemetry/exporter-trace-otlp-proto': {
    ...openTelemetry,
    purpose: 'traces: to a collector by OTLP/HTTP',
    required: 'a collector that is away delays no analysis',
    tests: ['test/telemetry/no-collector.test.ts'],
  },
  '@opentelemetry/resources': {
    ...openTelemetry,
    purpose: 'traces: the name of the service',
    required: 'tells the collector the service and its version',
    tests: ['test/telemetry/traces.test.ts'],
  },
  '@opentelemetry/sdk-trace-node': {
    ...openTelemetry,
    purpose: 'traces: spans, sampling',
    required: 'bounded memory',
    tests: ['test/telemetry/traces.test.ts', 'test/telemetry/no-collector.test.ts'],
  },
};
