import { lobarVersion } from '../analysis/algorithm.ts';
import { openAdmission } from '../analysis/open-admission.ts';
import type { Config } from '../config-schema.ts';
import { noAuditTrail } from '../fhir/audit/open-audit-trail.ts';
import { classes } from '../pipeline/types.ts';
import { createLogger } from '../telemetry/log.ts';
import { openMetrics } from '../telemetry/metrics.ts';
import { noAuthentication } from './auth/open-authentication.ts';
import { buildApp } from './build-app.ts';

/** The OpenAPI document of the routes, without opening a model, a PACS or a port. */
export async function describeApi(config: Config): Promise<object> {
  const unopened = () => {
    throw new Error('The API is only described here, never called');
  };
  const app = await buildApp(
    {
      config,
      engine: {
        models: [],
        get parameters() {
          return unopened();
        },
        notices: [],
        failed: new Promise(() => {}),
        analyse: unopened,
        close: async () => {},
      },
      decodePool: { threads: 0, decodeSlice: unopened, close: async () => {} },
      audit: noAuditTrail,
      pacs: new Map(),
      ehrs: new Map(),
      ...openAdmission(config.limits, 0),
      publishedKeys: () => [],
      metrics: openMetrics({ version: lobarVersion, classes, ofProcess: false }),
      authentication: noAuthentication,
    },
    createLogger('silent'),
    lobarVersion,
  );
  await app.ready();
  const document = app.swagger();
  await app.close();
  return document;
}
