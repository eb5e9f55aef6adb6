import { randomUUID } from 'node:crypto';
import { type BuiltBundle, buildBundle } from './build-bundle.ts';
import type { EhrClient } from './open-ehr.ts';
import { runSystem } from './report-context.ts';
import type { ReportFacts } from './report-facts.ts';
import { resolveSubject } from './resolve-subject.ts';
import { withinTotal } from './within-total.ts';
import { type WrittenReport, writeReport } from './write-report.ts';

export interface PublishOptions {
  readonly fhirBase: string;
  /** `dry-run` resolves the patient and builds the Bundle, and writes nothing. */
  readonly mode: 'publish' | 'dry-run';
  readonly signal: AbortSignal;
  /** X-Request-Id of every request; a random one if left out. */
  readonly requestId?: string | undefined;
}

export interface PublishResult extends BuiltBundle, WrittenReport {}

/**
 * Publishes findings as one transaction: patient, Bundle, "is it there already", "has a human finalised it",
 * write. Doing it twice, or at the same time, is harmless: the same result has the same ids. A report that a
 * human has finalised stays as it is: it counts as published if it is of this very result.
 *
 * @throws LobarError `patient-identifier-missing`, `patient-not-found`, `patient-ambiguous`,
 *   `report-finalised`, `ehr-outcome-unknown`, and what EhrClient throws
 */
export async function publishFindings(
  ehr: EhrClient,
  facts: ReportFacts,
  options: PublishOptions,
): Promise<PublishResult> {
  const { fhirBase, mode, requestId = randomUUID() } = options;
  return await withinTotal(ehr, options.signal, async (signal) => {
    const personal = personalOf(facts);
    const subject = await resolveSubject(ehr, facts.study, { signal, requestId, personal });
    const built = buildBundle(facts, subject, { fhirBase, ehr: ehr.config });
    if (mode === 'dry-run') {
      return { ...built, alreadyPublished: false };
    }
    const run = { system: runSystem(fhirBase), value: built.runKey };
    const call = { signal, requestId, personal: [...personal, ...subject.personal] };
    return { ...built, ...(await writeReport(ehr, built, run, call)) };
  });
}

function personalOf({ study, series }: ReportFacts): string[] {
  return [study.patientId, study.accession, study.uid, series.uid].filter((value) => value !== undefined);
}
