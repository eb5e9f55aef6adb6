import type { FastifyServerFactory } from 'fastify';
import type { Admission } from '../analysis/admission.ts';
import type { AnalysisQueue } from '../analysis/jobs/analysis-job.ts';
import type { MemoryBudget } from '../analysis/memory-budget.ts';
import type { Reporter } from '../analysis/reporting/open-reporter.ts';
import type { Callback } from '../callbacks/callback.ts';
import type { Config } from '../config-schema.ts';
import type { DecodePool } from '../dicom/decode-pool.ts';
import type { PacsClient } from '../dicomweb/open-pacs.ts';
import type { AuditTrail } from '../fhir/audit/open-audit-trail.ts';
import type { EhrClient } from '../fhir/open-ehr.ts';
import type { InferenceEngine } from '../inference/open-inference-engine.ts';
import type { PublishedKeys } from '../outbound/published-keys.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Authentication } from './auth/open-authentication.ts';
import type { Page } from './page/read-page.ts';

/** What the routes need: opened once at start, closed at the end. */
export interface ServiceContext {
  readonly config: Config;
  readonly engine: InferenceEngine;
  readonly decodePool: DecodePool;
  readonly reporter: Reporter;
  readonly audit: AuditTrail;
  readonly pacs: ReadonlyMap<string, PacsClient>;
  readonly ehrs: ReadonlyMap<string, EhrClient>;
  readonly admission: Admission;
  readonly memory: MemoryBudget;
  /** Analyses that nobody waits for. */
  readonly jobs: AnalysisQueue;
  /** Whom their ends can be told. */
  readonly callbacks: ReadonlyMap<string, Callback>;
  readonly publishedKeys: PublishedKeys;
  readonly metrics: Metrics;
  readonly authentication: Authentication;
  /** The reading page; undefined where it is switched off, or was not built. */
  readonly page?: Page | undefined;
  /** Makes the server, where it is not plain HTTP. */
  readonly serverFactory?: FastifyServerFactory | undefined;
}
