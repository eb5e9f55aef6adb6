import { randomUUID } from 'node:crypto';
import { type AnalyzeContext, analyze } from '../analysis/analyze.ts';
import { fileSource } from '../analysis/file-source.ts';
import { noReporter } from '../analysis/reporting/no-reporter.ts';
import type { Config } from '../config-schema.ts';
import { LobarError } from '../errors.ts';
import type { StudyPlace } from '../evaluation/cohort-case.ts';
import type { AnalyseCase } from '../evaluation/pipeline-output.ts';
import { noAuditTrail } from '../fhir/audit/open-audit-trail.ts';
import type { PacsStudies } from './open-pacs-studies.ts';

interface CaseAnalyserParts extends Pick<AnalyzeContext, 'engine' | 'decodePool'> {
  readonly config: Config;
  readonly pacs: PacsStudies | undefined;
  /** Analyse the best series even when the rules refuse it; the warnings say so. */
  readonly force: boolean;
}

/** The analysis of the service as the evaluation asks for it: nothing is published, the masks are kept. */
export function openCaseAnalyser({
  engine,
  decodePool,
  config,
  pacs,
  force,
}: CaseAnalyserParts): AnalyseCase {
  const sourceOf = async (study: StudyPlace) => {
    if (study.kind === 'folder') return await fileSource([study.path], config.limits);
    if (pacs === undefined) throw new LobarError('endpoint-unknown', { kind: 'pacs', known: [] });
    return pacs.source(study.studyUid);
  };
  return async ({ study }, { signal, onProgress }) => {
    const { analysis, masks, seen } = await analyze(
      { id: randomUUID(), source: () => sourceOf(study), force, keepMasks: true },
      { engine, decodePool, reporter: noReporter, config, audit: noAuditTrail },
      { signal, onProgress },
    );
    if (masks === undefined || seen === undefined) {
      const reasons = (analysis.reasons ?? []).flatMap((series) => series.reasons.map(({ code }) => code));
      return { kind: 'ineligible', reasons: [...new Set(reasons)] };
    }
    const warnings = analysis.warnings.map(({ code }) => code);
    return { kind: 'analysed', ...seen, masks, warnings };
  };
}
