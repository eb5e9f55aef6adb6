import { randomUUID } from 'node:crypto';
import type { Asked } from './asked.ts';
import { type BuiltBundle, buildBundle } from './build-bundle.ts';
import type { EhrClient } from './open-ehr.ts';
import { attachment, type Present, type PresentedForm } from './presented-form.ts';
import { runSystem } from './report-context.ts';
import type { ReportFacts } from './report-facts.ts';
import { type ResolvedSubject, resolveSubject } from './resolve-subject.ts';
import { withinTotal } from './within-total.ts';
import type { ChosenWriteMode } from './write/write-mode.ts';
import { writeReport } from './write/write-report.ts';

export interface PublishOptions {
  readonly fhirBase: string;
  /** `dry-run` resolves the patient and builds the Bundle, and writes nothing. */
  readonly mode: 'publish' | 'dry-run';
  readonly signal: AbortSignal;
  /** X-Request-Id of every request; a random one if left out. */
  readonly requestId?: string | undefined;
  /** What the caller says of patient and order. */
  readonly asked?: Asked | undefined;
  /** Makes the documents that go with the report; without it there are none. */
  readonly present?: Present | undefined;
}

export interface PublishResult extends BuiltBundle {
  /** The EHR held this very result before. */
  readonly alreadyPublished: boolean;
  /** What was written took the place of a report that was there; absent for a dry run. */
  readonly replaced?: boolean;
  /** How it was written; absent for a dry run. */
  readonly writeMode?: ChosenWriteMode;
  /** As they were published: with the accession number and the warnings that the EHR gave. */
  readonly facts: ReportFacts;
}

/**
 * Publishes findings: patient, Bundle, "is it there already", "has a human finalised it", write. Doing it
 * twice, or at the same time, is harmless: the same result has the same keys. A report that a human has
 * finalised stays as it is, also one of this very result; only if this call itself has sent it before does it
 * count as published.
 *
 * @throws LobarError as `resolveSubject`, `report-finalised`, `ehr-outcome-unknown`, and what EhrClient throws
 */
export async function publishFindings(
  ehr: EhrClient,
  analysed: ReportFacts,
  options: PublishOptions,
): Promise<PublishResult> {
  const { fhirBase, mode, asked, present, requestId = randomUUID() } = options;
  return await withinTotal(ehr, options.signal, async (signal) => {
    const personal = personalOf(analysed, asked);
    const subject = await resolveSubject(ehr, analysed.study, { signal, requestId, personal }, asked);
    const facts = withSubject(analysed, subject);
    const bare = buildBundle(facts, subject, { fhirBase, ehr: ehr.config });
    const forms = (await present?.({ facts, runKey: bare.runKey, previous: [] })) ?? [];
    const built = withForms(bare, forms, facts.issuedAt);
    if (mode === 'dry-run') {
      return { ...built, facts, alreadyPublished: false };
    }
    const run = { system: runSystem(fhirBase), value: built.runKey };
    const call = { signal, requestId, personal: [...personal, ...subject.personal] };
    const { warnings, ...written } = await ehr.publishing.run(built.report, signal, () =>
      writeReport(ehr, built, run, call),
    );
    return { ...built, facts: { ...facts, warnings: [...facts.warnings, ...warnings] }, ...written };
  });
}

/** With the documents in the report itself. */
function withForms(built: BuiltBundle, forms: readonly PresentedForm[], creation: string): BuiltBundle {
  if (forms.length === 0) return built;
  const presentedForm = forms.map((form) => attachment(form, creation));
  const entry = (built.bundle.entry ?? []).map((one) =>
    one.resource?.resourceType === 'DiagnosticReport'
      ? { ...one, resource: { ...one.resource, presentedForm } }
      : one,
  );
  return { ...built, bundle: { ...built.bundle, entry } };
}

function withSubject(facts: ReportFacts, { accession, warnings }: ResolvedSubject): ReportFacts {
  return {
    ...facts,
    study: { ...facts.study, ...(accession === undefined ? {} : { accession }) },
    warnings: [...facts.warnings, ...warnings],
  };
}

function personalOf({ study, series }: ReportFacts, asked: Asked = {}): string[] {
  const ofImages = [study.patientId, study.accession, study.uid, series.uid];
  return [...ofImages, asked.patient?.value, asked.accession].filter((value) => value !== undefined);
}
