import { hostname } from 'node:os';
import type { FastifyInstance } from 'fastify';
import { lobarVersion } from '../analysis/algorithm.ts';
import { analysisWorker } from '../analysis/jobs/analysis-worker.ts';
import { jobObserver } from '../analysis/jobs/job-observer.ts';
import { openJobs } from '../analysis/jobs/open-jobs.ts';
import { openAdmission } from '../analysis/open-admission.ts';
import { memoryCap } from '../analysis/process-memory.ts';
import { openReporter } from '../analysis/reporting/open-reporter.ts';
import type { Config } from '../config-schema.ts';
import { openDecodePool } from '../dicom/decode-pool.ts';
import { openPacs } from '../dicomweb/open-pacs.ts';
import { openAuditTrail } from '../fhir/audit/open-audit-trail.ts';
import { openEhr } from '../fhir/open-ehr.ts';
import { openInferenceEngine } from '../inference/open-inference-engine.ts';
import { modelsFolderOf } from '../inference/shipped-models-folder.ts';
import { openPublishedKeys } from '../outbound/published-keys.ts';
import { classes } from '../pipeline/types.ts';
import type { Logger } from '../telemetry/log.ts';
import { openMetrics } from '../telemetry/metrics.ts';
import { openTracing } from '../telemetry/open-tracing.ts';
import { openAuthentication } from './auth/open-authentication.ts';
import { buildApp } from './build-app.ts';
import { openMetricsServer } from './open-metrics-server.ts';
import { openPage } from './page/open-page.ts';
import { openServingTls } from './serving-tls.ts';

export interface Service {
  readonly app: FastifyInstance;
  /** Where it listens. */
  readonly url: string;
  /** Where its metrics are, if they are served. */
  readonly metricsUrl: string | undefined;
  /** Settles only when the pipeline's thread or a lane died, or hangs: the process cannot go on and must end. */
  readonly failed: Promise<Error>;
  /** Takes no new work, finishes what is here within limits.drainSeconds, lets go of everything. */
  close(): Promise<void>;
}

/** So long the last answers have to reach their clients, ms. */
const answersGoOutMs = 1000;

/**
 * Opens the whole service: models verified and warm before the port opens, so open means ready. When a step
 * fails, what the steps before it opened is closed again.
 *
 * @throws LobarError of the models section of the table, `config-invalid`; what listening fails with.
 */
export async function openService(config: Config, logger: Logger): Promise<Service> {
  const closers: (() => Promise<unknown>)[] = [];
  const opened = <One extends { close(): Promise<unknown> }>(one: One): One => {
    closers.unshift(() => one.close());
    return one;
  };
  const closeAll = async () => {
    const failures: unknown[] = [];
    // One that fails does not keep the others open.
    for (const close of closers) await close().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  };
  try {
    // First of all and closed last, so that every span is sent.
    opened(await openTracing(config.tracing, { version: lobarVersion, logger }));
    // Next, so that a process that warms up, or drains, can be watched.
    const { host, port } = config.metrics;
    const metrics = openMetrics({ version: lobarVersion, classes, ofProcess: port !== undefined });
    closers.unshift(async () => metrics.close());
    const metricsServer =
      port === undefined ? undefined : opened(await openMetricsServer({ host, port }, metrics));
    const outbound = { ...config, observe: metrics.exchanged };
    // Then endpoints: they are cheap, and a wrong certificate should not cost the models' start.
    const serverFactory = openServingTls(config, logger);
    const authentication = opened(openAuthentication(outbound, logger));
    const audit = opened(
      openAuditTrail(config.audit, {
        observer: { version: lobarVersion, host: hostname() },
        limits: config.limits,
        outbound,
        logger,
      }),
    );
    const pacs = named(config.pacs, (name, one) => opened(openPacs(name, one, config.limits, outbound)));
    const ehrs = named(config.ehr, (name, one) =>
      opened(
        openEhr(name, one, config.limits, outbound, ({ mode, because }) =>
          logger.info({ ehr: name, writeMode: mode }, `will be written by ${mode}: ${because}`),
        ),
      ),
    );
    const publishedKeys = openPublishedKeys(config);
    const jobs = opened(await openJobs(config, { outbound, metrics, logger }));
    const { queue, callbacks } = jobs;
    const decodePool = opened(openDecodePool({ threads: config.inference.decodeThreads }));
    // At once: each is mostly a thread that starts.
    const [engine, reporter, page] = await allOf(
      openInferenceEngine(config.inference, {
        modelsFolder: modelsFolderOf(config.inference),
        onNotice: (notice) => logger.warn({ code: notice.code }, notice.text),
        onInference: metrics.inferred,
      }).then(opened),
      openReporter({ logger }).then(opened),
      openPage(config, logger),
    );
    const places = openAdmission(config.limits, process.memoryUsage.rss(), metrics.waited);
    const { admission } = places;
    const context = {
      ...{ config, engine, decodePool, reporter, audit, pacs, ehrs, publishedKeys, metrics, ...places },
      ...{ jobs: queue, callbacks, authentication, page, serverFactory, logger },
    };
    const app = opened(await buildApp(context, logger, lobarVersion));
    // Fastify cannot tell the scheme of a server that it has not made.
    const withScheme = (address: string) =>
      serverFactory === undefined ? address : address.replace(/^http:/, 'https:');
    const listening = await app.listen({
      ...{ host: config.http.host, port: config.http.port },
      listenTextResolver: (address) => `listening at ${withScheme(address)}`,
    });
    const url = withScheme(listening);
    metrics.loaded(engine.models);
    metrics.watch({
      inFlight: () => admission.inFlight,
      waiting: () => admission.waiting,
      reservedBytes: () => places.memory.reserved,
      limitBytes: memoryCap(config.limits),
      ready: () => !admission.draining,
      audit,
    });
    queue.work(analysisWorker(context), jobObserver(metrics, logger));
    jobs.tell();
    return {
      app,
      url,
      metricsUrl: metricsServer?.url,
      failed: engine.failed,
      async close() {
        // Before anything is waited for: from now on readiness says so, and nothing new is taken.
        const drained = admission.drain(config.limits.drainSeconds);
        await queue.stop();
        await drained;
        await queue.finish();
        if (queue.kind === 'in-process' && queue.waiting > 0) {
          logger.warn(
            { jobs: queue.waiting },
            'jobs that wait in this process end with it: queue.url keeps them',
          );
        }
        // A connection on which nothing or half a request was sent would keep the server open for ever.
        const cut = setTimeout(() => app.server.closeAllConnections(), answersGoOutMs);
        await closeAll().finally(() => clearTimeout(cut));
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/**
 * What all of them give. Throws what the first that failed threw, but not before the others are there too: only then
 * can they be closed.
 */
async function allOf<A, B, C>(a: Promise<A>, b: Promise<B>, c: Promise<C>): Promise<[A, B, C]> {
  await Promise.allSettled([a, b, c]);
  return await Promise.all([a, b, c]);
}

function named<Settings, Endpoint>(
  settings: Readonly<Record<string, Settings>>,
  open: (name: string, one: Settings) => Endpoint,
): Map<string, Endpoint> {
  return new Map(Object.entries(settings).map(([name, one]) => [name, open(name, one)]));
}
