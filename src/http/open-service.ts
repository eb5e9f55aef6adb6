import { hostname } from 'node:os';
import type { FastifyInstance } from 'fastify';
import { Admission } from '../analysis/admission.ts';
import { lobarVersion } from '../analysis/algorithm.ts';
import type { Config } from '../config-schema.ts';
import { openDecodePool } from '../dicom/decode-pool.ts';
import { openPacs } from '../dicomweb/open-pacs.ts';
import { openAuditTrail } from '../fhir/audit/open-audit-trail.ts';
import { openEhr } from '../fhir/open-ehr.ts';
import { openInferenceEngine } from '../inference/open-inference-engine.ts';
import { modelsFolderOf } from '../inference/shipped-models-folder.ts';
import { openPublishedKeys } from '../outbound/published-keys.ts';
import type { Logger } from '../telemetry/log.ts';
import { openTracing } from '../telemetry/open-tracing.ts';
import { buildApp } from './build-app.ts';

export interface Service {
  readonly app: FastifyInstance;
  /** Where it listens. */
  readonly url: string;
  /** Settles only when the inference worker died: the process cannot go on and must end. */
  readonly failed: Promise<Error>;
  /** Finishes what runs, takes no new work, lets go of everything. */
  close(): Promise<void>;
}

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
    for (const close of closers) await close();
  };
  try {
    // Opened first and closed last, so that every span is sent.
    opened(await openTracing(config.tracing, { version: lobarVersion, logger }));
    // Endpoints first: they are cheap, and a wrong certificate should not cost the models' start.
    const audit = opened(
      openAuditTrail(config.audit, {
        observer: { version: lobarVersion, host: hostname() },
        limits: config.limits,
        outbound: config,
        logger,
      }),
    );
    const pacs = named(config.pacs, (name, one) => opened(openPacs(name, one, config.limits, config)));
    const ehrs = named(config.ehr, (name, one) =>
      opened(
        openEhr(name, one, config.limits, config, ({ mode, because }) =>
          logger.info({ ehr: name, writeMode: mode }, `will be written by ${mode}: ${because}`),
        ),
      ),
    );
    const publishedKeys = openPublishedKeys(config);
    const decodePool = opened(openDecodePool({ threads: config.inference.decodeThreads }));
    const engine = opened(
      await openInferenceEngine(config.inference, {
        modelsFolder: modelsFolderOf(config.inference),
        onNotice: (notice) => logger.warn({ code: notice.code }, notice.text),
      }),
    );
    const admission = new Admission(config.limits.inFlight);
    const context = { config, engine, decodePool, audit, pacs, ehrs, admission, publishedKeys };
    const app = opened(await buildApp(context, logger, lobarVersion));
    const url = await app.listen({ host: config.http.host, port: config.http.port });
    return {
      app,
      url,
      failed: engine.failed,
      async close() {
        await admission.drain();
        await closeAll();
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

function named<Settings, Endpoint>(
  settings: Readonly<Record<string, Settings>>,
  open: (name: string, one: Settings) => Endpoint,
): Map<string, Endpoint> {
  return new Map(Object.entries(settings).map(([name, one]) => [name, open(name, one)]));
}
