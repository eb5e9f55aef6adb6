import { randomUUID } from 'node:crypto';
import type { EhrConfig } from '../config-schema.ts';
import { LobarError } from '../errors.ts';
import { type BuiltBundle, buildBundle } from './build-bundle.ts';
import type { CallOptions, EhrClient } from './open-ehr.ts';
import { runSystem } from './report-context.ts';
import type { ReportFacts } from './report-facts.ts';
import { throwIfAborted } from './send-with-retry.ts';

export interface PublishOptions {
  readonly fhirBase: string;
  readonly ehr: EhrConfig;
  /** `dry-run` resolves the patient and builds the Bundle, and writes nothing. */
  readonly mode: 'publish' | 'dry-run';
  readonly signal: AbortSignal;
  /** X-Request-Id of every request; a random one if left out. */
  readonly requestId?: string | undefined;
}

export interface Publication {
  readonly bundle: fhir4.Bundle;
  /** `DiagnosticReport/<id>` */
  readonly report: string;
  readonly runKey: string;
  /** The EHR held this very result before. */
  readonly alreadyPublished: boolean;
  /** This call wrote it. */
  readonly written: boolean;
}

/** How often a report that changes under our hands is looked at again. */
const rounds = 3;

/** The statuses that Lobar itself writes, and the one before them; any other was set by a human. */
const ours: readonly string[] = ['registered', 'preliminary', 'partial'];

/**
 * Publishes findings as one transaction: patient, Bundle, "is it there already", "has a human finalised it",
 * write. Doing it twice, or at the same time, is harmless: the same result has the same ids.
 *
 * @throws LobarError `patient-identifier-missing`, `patient-not-found`, `patient-ambiguous`,
 *   `report-finalised`, and what EhrClient throws
 */
export async function publishFindings(
  ehr: EhrClient,
  facts: ReportFacts,
  options: PublishOptions,
): Promise<Publication> {
  const { signal, requestId = randomUUID() } = options;
  const personal = personalOf(facts);
  const subject = await ehr.resolveSubject(facts.study, { signal, requestId, personal });
  const built = buildBundle(facts, subject, options);
  const untouched = { ...built, alreadyPublished: false, written: false };
  if (options.mode === 'dry-run') {
    return untouched;
  }

  const call = { signal, requestId, personal: [...personal, ...subject.personal] };
  const run = { system: runSystem(options.fhirBase), value: built.runKey };
  for (let round = 1; ; round += 1) {
    const found = await ehr.findRun(run, call);
    if (found !== undefined) {
      return { ...untouched, report: found, alreadyPublished: true };
    }
    const result = await ehr.transact(await guarded(ehr, built, call), call);
    if (result.applied) {
      return { ...untouched, written: true };
    }
    // Somebody wrote between our reading and our writing: look again at what is there now.
    if (round === rounds) {
      throw result.refusal;
    }
    throwIfAborted(signal);
  }
}

/**
 * The Bundle to write: on condition that the report is still as it was read (If-Match), and only if no human
 * has taken it over.
 */
async function guarded(ehr: EhrClient, built: BuiltBundle, call: CallOptions): Promise<fhir4.Bundle> {
  const existing = await ehr.readReport(built.report.replace('DiagnosticReport/', ''), call);
  if (existing === undefined) {
    return built.bundle;
  }
  if (!ours.includes(existing.status)) {
    const status = /^[a-z-]{1,20}$/.test(existing.status) ? existing.status : 'unknown';
    throw new LobarError(
      'report-finalised',
      { ehr: ehr.name, status },
      { details: { report: built.report } },
    );
  }
  const version = existing.meta?.versionId;
  return version === undefined ? built.bundle : onlyIfMatches(built, version);
}

function onlyIfMatches({ bundle, report }: BuiltBundle, version: string): fhir4.Bundle {
  const entry = bundle.entry?.map((one) =>
    one.request?.url === report ? { ...one, request: { ...one.request, ifMatch: `W/"${version}"` } } : one,
  );
  return { ...bundle, ...(entry === undefined ? {} : { entry }) };
}

function personalOf({ study, series }: ReportFacts): string[] {
  return [study.patientId, study.accession, study.uid, series.uid].filter((value) => value !== undefined);
}
