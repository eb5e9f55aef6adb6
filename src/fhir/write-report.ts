import { LobarError } from '../errors.ts';
import type { BuiltBundle } from './build-bundle.ts';
import { matchesOf } from './connection/expect-answer.ts';
import { type CallOptions, token } from './connection/open-fhir-connection.ts';
import { beforeNextAttempt } from './connection/send-with-retry.ts';
import type { EhrClient } from './open-ehr.ts';
import { carriesRun, type Run } from './report-context.ts';

export interface WrittenReport {
  /** `DiagnosticReport/<id>` */
  readonly report: string;
  /** The EHR held this very result before. */
  readonly alreadyPublished: boolean;
}

/** The statuses that Lobar itself writes, and the one before them; any other was set by a human. */
const ours: readonly string[] = ['registered', 'preliminary', 'partial'];

/**
 * Looks what the EHR holds and writes what is missing. A write that failed is never just sent again: it may
 * have been carried out and its answer lost, and a human may have finalised the report since. Every attempt
 * looks anew.
 *
 * @throws LobarError `report-finalised`; `ehr-outcome-unknown` once any attempt broke off while writing,
 *   whatever came later; else what EhrClient throws
 */
export async function writeReport(
  ehr: EhrClient,
  built: BuiltBundle,
  run: Run,
  call: CallOptions,
): Promise<WrittenReport> {
  let brokeOff: string | undefined;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const held = await lookUp(ehr, built, run, call);
      if ('report' in held) {
        return { report: held.report, alreadyPublished: true };
      }
      const result = await ehr.connection.transact(held.toWrite, call);
      if ('written' in result) {
        return { report: built.report, alreadyPublished: false };
      }
      brokeOff = result.failure.brokeOff ?? brokeOff;
      await beforeNextAttempt(result.failure, attempt, call.signal);
    } catch (error) {
      if (brokeOff === undefined || (error instanceof LobarError && error.code === 'report-finalised')) {
        throw error;
      }
      throw new LobarError('ehr-outcome-unknown', { ehr: ehr.name, problem: brokeOff }, { cause: error });
    }
  }
}

/** The report of this run if the EHR holds it, whoever has finalised it; else what there is to write. */
async function lookUp(
  ehr: EhrClient,
  built: BuiltBundle,
  run: Run,
  call: CallOptions,
): Promise<{ report: string } | { toWrite: fhir4.Bundle }> {
  const found = await findRun(ehr, run, call);
  if (found !== undefined) {
    return { report: found };
  }
  const existing = await ehr.connection.read<fhir4.DiagnosticReport>(
    'DiagnosticReport',
    built.report.replace('DiagnosticReport/', ''),
    call,
  );
  if (existing === undefined) {
    return { toWrite: built.bundle };
  }
  // An EHR may know a resource before its search does.
  return carriesRun(existing, run)
    ? { report: built.report }
    : { toWrite: guarded(ehr.name, built, existing) };
}

/** The report that a run wrote, `DiagnosticReport/<id>`. */
async function findRun({ connection }: EhrClient, run: Run, call: CallOptions): Promise<string | undefined> {
  const found = await connection.search('DiagnosticReport', { identifier: token(run) }, call);
  const reports = matchesOf<fhir4.DiagnosticReport>(found, 'DiagnosticReport');
  const report = reports.find((one) => carriesRun(one, run));
  return report?.id === undefined ? undefined : `DiagnosticReport/${report.id}`;
}

/** The Bundle that replaces a report: unless a human has taken it over, and only as it was read (If-Match). */
function guarded(ehr: string, built: BuiltBundle, existing: fhir4.DiagnosticReport): fhir4.Bundle {
  const { bundle, report } = built;
  if (!ours.includes(existing.status)) {
    const status = /^[a-z-]{1,20}$/.test(existing.status) ? existing.status : 'unknown';
    throw new LobarError('report-finalised', { ehr, status }, { details: { report } });
  }
  const version = existing.meta?.versionId;
  if (version === undefined) {
    return bundle;
  }
  const entry = bundle.entry?.map((one) =>
    one.request?.url === report ? { ...one, request: { ...one.request, ifMatch: `W/"${version}"` } } : one,
  );
  return { ...bundle, ...(entry === undefined ? {} : { entry }) };
}
