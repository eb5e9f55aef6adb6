import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { Admission } from '../analysis/admission.ts';
import { lobarVersion } from '../analysis/algorithm.ts';
import type { Config } from '../config-schema.ts';
import { openDecodePool } from '../dicom/decode-pool.ts';
import { openPacs } from '../dicomweb/open-pacs.ts';
import { openEhr } from '../fhir/open-ehr.ts';
import { openInferenceEngine } from '../inference/open-inference-engine.ts';
import type { Logger } from '../telemetry/log.ts';
import { buildApp } from './build-app.ts';
import type { ServiceContext } from './service-context.ts';

/** The packages that come with Lobar. */
export const shippedModelsFolder = fileURLToPath(new URL('../../models', import.meta.url));

export interface Service {
  readonly app: FastifyInstance;
  /** Where it listens. */
  readonly url: string;
  /** Settles only when the inference worker died: the process cannot go on and must end. */
  readonly failed: Promise<Error>;
  /** Finishes what runs, takes no new work, lets go of everything. */
  close(): Promise<void>;
}

/** Opens the whole service: models verified and warm before the port opens, so open means ready. */
export async function openService(config: Config, logger: Logger): Promise<Service> {
  const engine = await openInferenceEngine(config.inference, {
    modelsFolder: config.inference.modelsFolder ?? shippedModelsFolder,
    onNotice: (notice) => logger.warn({ code: notice.code }, notice.text),
  });
  const decodePool = openDecodePool({ threads: config.inference.decodeThreads });
  const pacs = new Map(
    Object.entries(config.pacs).map(([name, one]) => [name, openPacs(name, one, config.limits)]),
  );
  const ehrs = new Map(
    Object.entries(config.ehr).map(([name, one]) => [
      name,
      { client: openEhr(name, one, config.limits), config: one },
    ]),
  );
  const admission = new Admission(config.limits.inFlight);
  const context: ServiceContext = { config, engine, decodePool, pacs, ehrs, admission };

  const app = await buildApp(context, logger, lobarVersion);
  app.addHook('onClose', async () => {
    await Promise.all(
      [...pacs.values(), ...[...ehrs.values()].map(({ client }) => client)].map((one) => one.close()),
    );
    await Promise.all([engine.close(), decodePool.close()]);
  });
  const url = await app.listen({ host: config.http.host, port: config.http.port });
  return {
    app,
    url,
    failed: engine.failed,
    async close() {
      await admission.drain();
      await app.close();
    },
  };
}
