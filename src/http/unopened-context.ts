import { lobarVersion } from '../analysis/algorithm.ts';
import { sameRequest } from '../analysis/jobs/analysis-job.ts';
import { openAdmission } from '../analysis/open-admission.ts';
import type { Config } from '../config-schema.ts';
import { noAuditTrail } from '../fhir/audit/open-audit-trail.ts';
import { classes } from '../pipeline/types.ts';
import { JobQueue } from '../queue/job-queue.ts';
import { openMemoryBackend } from '../queue/memory/open-memory-backend.ts';
import { openMetrics } from '../telemetry/metrics.ts';
import { noAuthentication } from './auth/open-authentication.ts';
import type { ServiceContext } from './service-context.ts';

/** What the routes need to be described, and whoever calls one has to bring: no model, PACS or EHR is opened. */
export function unopenedContext(config: Config): ServiceContext {
  const unopened = (): never => {
    throw new Error('It was not opened');
  };
  return {
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
    reporter: { begin: unopened, draw: unopened, compose: unopened, close: async () => {} },
    audit: noAuditTrail,
    pacs: new Map(),
    ehrs: new Map(),
    ...openAdmission(config.limits, 0),
    jobs: new JobQueue(openMemoryBackend(config.queue), { ...config.queue, same: sameRequest }),
    callbacks: new Map(),
    publishedKeys: () => [],
    metrics: openMetrics({ version: lobarVersion, classes, ofProcess: false }),
    authentication: noAuthentication,
  };
}
