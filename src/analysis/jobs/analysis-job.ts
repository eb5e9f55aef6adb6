/** Analyses that nobody waits for: what is asked, what comes of it. */
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Language } from '../../config-schema.ts';
import type { AuditedCaller } from '../../fhir/audit/audit-entry.ts';
import type { Job, NewJob } from '../../queue/job.ts';
import type { JobQueue } from '../../queue/job-queue.ts';
import type { TraceHeaders } from '../../telemetry/trace-headers.ts';
import { urlNamespace, uuidV5 } from '../../uuid-v5.ts';
import type { AnalyzeResult } from '../analyze.ts';

/** Plain JSON; endpoints by their names, so that every process reads them in its own configuration. */
export interface AnalysisRequest {
  /** StudyInstanceUID. */
  readonly study: string;
  readonly pacs: string;
  /** SeriesInstanceUID, instead of the best one. */
  readonly series?: string;
  /** Where to publish; none: only the findings are wanted. */
  readonly ehr?: string;
  /** Build the Bundle against the EHR, write nothing. */
  readonly dryRun?: true;
  /** Overrules AccessionNumber of the images. */
  readonly accession?: string;
  /** Of the report, instead of that of the configuration. */
  readonly language?: Language;
  /** Who is told of its end. */
  readonly callback?: string;
  /** Who asked, for the audit; nobody where Lobar does it by itself. */
  readonly caller?: AuditedCaller;
  /** Of the trace that it was asked in. */
  readonly trace?: TraceHeaders;
}

export type JobResult = Pick<AnalyzeResult, 'analysis' | 'bundle'>;
export type AnalysisJob = Job<AnalysisRequest, JobResult>;
export type NewAnalysisJob = NewJob<AnalysisRequest>;

/** That somebody is to be told of the end of a job. */
export interface Call {
  /** By its name in the configuration. */
  readonly callback: string;
  readonly job: Pick<AnalysisJob, 'id' | 'state' | 'ended'>;
  readonly outcome?: string;
  /** Of the error that it failed with. */
  readonly code?: string;
}

export type AnalysisQueue = JobQueue<AnalysisRequest, JobResult, Call>;

/** Whether two requests ask for the same, whoever asks and in whatever trace. */
export function sameRequest(one: AnalysisRequest, other: AnalysisRequest): boolean {
  return isDeepStrictEqual(asked(one), asked(other));
}

function asked({ caller: _, trace: __, ...rest }: AnalysisRequest): object {
  return rest;
}

/** @param key - an Idempotency-Key: with it the same client gets the same job */
export function newJob(owner: string, request: AnalysisRequest, key?: string): NewAnalysisJob {
  const id = key === undefined ? randomUUID() : uuidV5(urlNamespace, `urn:lobar:job:${owner}|${key}`);
  return { id, owner, request, submitted: new Date().toISOString() };
}

/** Whose jobs those are that nobody asked for. */
export const automatic = 'automatic';

/**
 * The job of a study that is analysed by itself: one a study and EHR, however often it is seen. Whoever begins to publish,
 * or to publish elsewhere, has it done anew.
 */
export function automaticJob(request: AnalysisRequest): NewAnalysisJob {
  return newJob(automatic, request, `${request.pacs}|${request.study}|${request.ehr ?? ''}`);
}

/** Where a job can be asked for, of the service. */
export const jobPath = (id: string) => `/v1/analyses/${id}`;
