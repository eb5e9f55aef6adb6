import { randomUUID } from 'node:crypto';
import { context, DiagLogLevel, diag, propagation, trace } from '@opentelemetry/api';
import type { TracingConfig } from '../config-schema.ts';
import type { Logger } from './log.ts';

/** The traces of this process. */
export interface Tracing {
  /** Sends what it still has, and gives up after a few seconds. */
  close(): Promise<void>;
}

export interface TracingOptions {
  /** service.version */
  readonly version: string;
  readonly logger: Logger;
}

/** How long one export may take with its repetitions, and so closing too. */
const exportMs = 4_000;
/** A collector that is down is told of once in this time. */
const tellEveryMs = 60_000;

/**
 * Starts tracing, where an endpoint is configured: from then on every span of this process goes to it by OTLP/HTTP,
 * in batches, and outgoing requests carry W3C Trace Context, but no baggage. Else nothing is even loaded.
 *
 * The library reads the other OTEL_EXPORTER_OTLP_* variables itself: certificates, further headers, compression.
 */
export async function openTracing(config: TracingConfig, options: TracingOptions): Promise<Tracing> {
  const { endpoint, sampleRatio, serviceName, headers } = config;
  if (endpoint === undefined) return { close: async () => {} };
  const [sdk, { OTLPTraceExporter }, resources, core] = await Promise.all([
    import('@opentelemetry/sdk-trace-node'),
    import('@opentelemetry/exporter-trace-otlp-proto'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/core'),
  ]);
  const tell = teller(options.logger);
  // What these say may quote an address or an answer, so nothing of it is repeated but a code.
  const complain = () => tell('the OpenTelemetry SDK complained');
  const silent = () => {};
  const logger = { error: complain, warn: complain, info: silent, debug: silent, verbose: silent };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  core.setGlobalErrorHandler((error) => tell(codeOf(error)));

  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
    headers,
    timeoutMillis: exportMs,
  });
  const provider = new sdk.NodeTracerProvider({
    resource: resources.defaultResource().merge(
      resources.resourceFromAttributes({
        'service.name': serviceName,
        'service.version': options.version,
        'service.instance.id': randomUUID(),
      }),
    ),
    sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(sampleRatio) }),
    spanProcessors: [new sdk.BatchSpanProcessor(exporter, { exportTimeoutMillis: exportMs })],
  });
  provider.register({ propagator: new core.W3CTraceContextPropagator() });
  return {
    async close() {
      await within(exportMs, provider.shutdown()).catch((error: unknown) => tell(codeOf(error)));
      for (const one of [trace, context, propagation, diag]) one.disable();
      core.setGlobalErrorHandler(core.loggingErrorHandler());
    },
  };
}

/** Spans are lost then, and nothing else: at most a line a minute says so. */
function teller(logger: Logger): (problem: string) => void {
  let silentUntil = 0;
  return (problem) => {
    if (performance.now() < silentUntil) return;
    silentUntil = performance.now() + tellEveryMs;
    logger.warn({ problem }, 'traces do not reach tracing.endpoint and are lost');
  };
}

/** The code of a network error, or the HTTP status that the exporter keeps as one. */
function codeOf(error: unknown): string {
  const { code, name } = (error ?? {}) as { readonly code?: unknown; readonly name?: unknown };
  if (typeof code === 'number') return `HTTP ${code}`;
  if (typeof code === 'string' && /^\w{1,60}$/.test(code)) return code;
  return name === 'Error' ? 'no answer in time' : 'unknown';
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error('too late')), ms);
  try {
    await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
