import type { InstanceHeader } from '../dicom/instance-header.ts';
import type { Findings, PipelineMasks } from '../pipeline/types.ts';
import type { CtVolume } from '../volume/types.ts';
import type { CohortCase } from './cohort-case.ts';

/** What the pipeline says of one case, before anything is rounded. */
export interface AnalysedOutput {
  readonly kind: 'analysed';
  readonly volume: CtVolume;
  readonly header: InstanceHeader;
  readonly findings: Findings;
  readonly masks: PipelineMasks;
  /** Codes. */
  readonly warnings: readonly string[];
}

export type PipelineOutput =
  | AnalysedOutput
  | { readonly kind: 'ineligible'; readonly reasons: readonly string[] };

export interface CaseHooks {
  readonly signal: AbortSignal;
  readonly onProgress: (stage: string, fraction: number) => void;
}

/** The very pipeline of the service on one case: an argument, so that the evaluation knows of no engine. */
export type AnalyseCase = (cohortCase: CohortCase, hooks: CaseHooks) => Promise<PipelineOutput>;
