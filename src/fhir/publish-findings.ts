import { randomUUID } from 'node:crypto';
import type { Asked } from './asked.ts';
import { type BuiltBundle, buildBundle, buildDocument } from './build-bundle.ts';
import { composeOnce } from './compose-once.ts';
import { reportKey } from './keys.ts';
import type { EhrClient } from './open-ehr.ts';
import type { Present, Store } from './presented-form.ts';
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
  /** Makes the documents that go with the report, once it is known that it will be written; without it there are none. */
  readonly present?: Present | undefined;
  /** Is done after that, right before anything is written: the EHR must not announce what is nowhere. */
  readonly store?: Store | undefined;
  /** Both are done too where the EHR holds this very result: the caller wants them, or the PACS. */
  readonly presentAlways?: boolean | undefined;
  /**
   * A report of this very result that the EHR holds without its documents gets them: they were late. Otherwise only one
   * that says so itself (`hasLateMark`), so that no other is read whole to know it.
   */
  readonly attachLate?: boolean | undefined;
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
 * Publishes findings: patient, Bundle, "is it there already, and has a human finalised it", documents, the same
 * question again, write. What makes and stores the documents has the caller's time, not that of the EHR. Doing it
 * twice, or at the same time, is harmless: the same result has the same keys. A report that a human has finalised
 * stays as it is, also one of this very result; only if this call itself has sent it before does it count as
 * published. The documents are no part of the result: in another language it is there already; only where there are
 * none they may be added.
 *
 * @throws LobarError as `resolveSubject`, `report-finalised`, `ehr-outcome-unknown`, what EhrClient throws, and what
 *   `present` and `store` throw; where a DocumentReference is to hold a PDF and it makes none, `report-failed`
 */
export async function publishFindings(
  ehr: EhrClient,
  analysed: ReportFacts,
  options: PublishOptions,
): Promise<PublishResult> {
  const { fhirBase, mode, asked, present, store, requestId = randomUUID() } = options;
  const { presentAlways = false, attachLate = false } = options;
  return await withinTotal(ehr, options.signal, async ({ signal, ...time }) => {
    const personal = personalOf(analysed, asked);
    const subject = await resolveSubject(ehr, analysed.study, { signal, requestId, personal }, asked);
    const facts = withSubject(analysed, subject);
    const call = { signal, requestId, personal: [...personal, ...subject.personal] };
    const chosen = mode === 'dry-run' ? undefined : await ehr.writeMode(call);
    const isAlone = (chosen?.mode ?? ehr.config.writeMode) === 'document';
    const document = ehr.config.documentReference && present !== undefined;
    const bare = isAlone
      ? buildDocument(facts, subject, { fhirBase, ehr: ehr.config })
      : buildBundle(facts, subject, { fhirBase, ehr: ehr.config, document });
    const patient = subject.reference;
    const withoutDocument = document
      ? buildBundle(facts, subject, { fhirBase, ehr: ehr.config, document: false })
      : bare;
    const toPresent = { bare, withoutDocument, facts, patient, fhirBase, present, store, isAlone };
    const documents = composeOnce(ehr, toPresent, time, call);
    if (chosen === undefined) {
      const { built, warnings } = await documents.compose(false);
      return { ...built, facts: withWarnings(facts, warnings), alreadyPublished: false };
    }

    const takesForms = present !== undefined && ehr.config.presentedForm.length > 0;
    const toCompose = {
      run: { system: runSystem(fhirBase), value: bare.runKey },
      bare,
      complete: (mayBeLate: boolean) => documents.compose(mayBeLate),
      isComposed: present === undefined && !isAlone,
      store: () => documents.store(),
      isStored: store === undefined,
      attachesLate: takesForms ? (attachLate ? 'always' : 'marked') : 'never',
    } as const;
    // Whoever waits for another publishing of the same report does not wait for the EHR.
    const { warnings, ...written } = await time.outside((own) =>
      ehr.publishing.run(reportKey(facts), own, () =>
        time.inside(() => writeReport(ehr, toCompose, chosen, call)),
      ),
    );
    // What was there already needs no documents.
    if (presentAlways) await documents.store();
    const composed = await documents.composed;
    const allWarnings = [...(composed?.warnings ?? []), ...warnings];
    return { ...bare, facts: withWarnings(facts, allWarnings), ...written };
  });
}

function withWarnings(facts: ReportFacts, warnings: ReportFacts['warnings']): ReportFacts {
  return { ...facts, warnings: [...facts.warnings, ...warnings] };
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
