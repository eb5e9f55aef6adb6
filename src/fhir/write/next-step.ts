import { carriesRun } from '../report-context.ts';
import type { Held, HeldReport } from './held-report.ts';
import type { ReportToWrite } from './report-to-write.ts';

type Report = Held<fhir4.DiagnosticReport>;
type Observation = Held<fhir4.Observation>;
type Document = Held<fhir4.DocumentReference>;
/** By the names of the parts. */
type Copies = ReadonlyMap<string, readonly Observation[]>;

/** What is to be done about a report, by what the EHR holds of it. */
export type NextStep =
  | { readonly kind: 'done'; readonly report: Report }
  /** A human has set this status. */
  | { readonly kind: 'refuse'; readonly status: string; readonly held: Report | Observation | Document }
  | { readonly kind: 'withdraw'; readonly duplicates: readonly (Report | Observation | Document)[] }
  /** `mends` a report of this very run that several processes have written at once. */
  | { readonly kind: 'write'; readonly mends: boolean };

/** The statuses that Lobar itself writes, and the one before them; any other was set by a human. */
const ours: readonly string[] = ['registered', 'preliminary', 'partial'];

/**
 * Decides by what is held alone, so that every process that looks decides the same: which copy counts, what
 * is to be withdrawn, what is to be written.
 *
 * @param held - without what this process has settled
 * @param own.wrote - the id of the report that this process has written
 * @param own.sent - this process has written the report, or sent it and does not know what became of it: only
 *   then a report of this run that a human has taken over since is done
 */
export function nextStep(
  { reports, observations: copies, documents }: HeldReport,
  toWrite: ReportToWrite,
  { wrote, sent }: { readonly wrote?: string | undefined; readonly sent: boolean },
): NextStep {
  const { run } = toWrite;
  const amended = [...[...copies.values()].flat(), ...documents].find((one) => !isOurs(one));
  const report = countingReport(reports, (one) => carriesRun(one, run));
  if (report !== undefined) {
    const duplicates = reports.filter((one) => one.id !== report.id && isOurs(one));
    if (duplicates.length > 0) return { kind: 'withdraw', duplicates };
    const isOfRun = carriesRun(report, run);
    if (!isOurs(report)) return isOfRun && sent ? { kind: 'done', report } : refusal(report);
    if (isOfRun && !sent && amended !== undefined) return refusal(amended);
    // If it is of another run by now, then that one has replaced ours.
    if (isOfRun ? !isTorn(report, copies, toWrite) : wrote === report.id) {
      // Of another run: then its process sees to the copies.
      const astray = isOfRun
        ? [...[...copies.values()].flatMap(allButSmallestId), ...allButSmallestId(documents)].filter(isOurs)
        : [];
      return astray.length === 0 ? { kind: 'done', report } : { kind: 'withdraw', duplicates: astray };
    }
  }
  if (amended !== undefined) return refusal(amended);
  return { kind: 'write', mends: report !== undefined && carriesRun(report, run) };
}

/**
 * Of several copies of one thing the one that counts: that with the smallest id. An id never changes, so
 * whatever processes see, and in whatever order, the smallest of all is never withdrawn. Times would not do:
 * an update changes them, and two processes could each withdraw what the other keeps. The shorter id is the
 * smaller one, so that where a server counts, the first one written stays.
 */
export function smallestId<One extends { readonly id: string }>(copies: readonly One[]): One | undefined {
  return copies.toSorted((a, b) => a.id.length - b.id.length || (a.id < b.id ? -1 : 1))[0];
}

export function allButSmallestId<One extends { readonly id: string }>(copies: readonly One[]): One[] {
  const smallest = smallestId(copies);
  return copies.filter((one) => one !== smallest);
}

/** What a human has taken over counts before anything else. */
function countingReport(
  reports: readonly Report[],
  isOfRun: (report: Report) => boolean,
): Report | undefined {
  const finalised = reports.filter((one) => !isOurs(one));
  return smallestId(finalised.filter(isOfRun)) ?? smallestId(finalised) ?? smallestId(reports);
}

/**
 * Whether a report does not rest on the copies that count, as several processes have written it at once: on
 * another copy, or on one that is withdrawn. What a human has added or taken away is none of it.
 */
function isTorn(report: Report, copies: Copies, { report: built, observations }: ReportToWrite): boolean {
  const known = new Set([...copies.values()].flat().map(({ id }) => id));
  const isTornIn = (actual: readonly string[], names: readonly string[]): boolean =>
    names.some((name) => {
      const ofName = copies.get(name) ?? [];
      const counting = smallestId(ofName);
      if (counting === undefined || actual.includes(counting.id)) return false;
      return actual.some((id) => !known.has(id) || ofName.some((one) => one.id === id));
    });
  const results = idsIn(report.result);
  return (
    isTornIn(results, namesIn((built.resource as fhir4.DiagnosticReport).result)) ||
    observations.some(({ name, resource }) => {
      const counting = smallestId(copies.get(name) ?? []);
      const parts = counting === undefined ? [] : partsOf(counting);
      return isTornIn(parts, namesOfParts(resource as fhir4.Observation));
    })
  );
}

export function refusal<One extends Report | Observation | Document>(
  held: One,
): { readonly kind: 'refuse'; readonly status: string; readonly held: One } {
  const status = statusOf(held);
  return { kind: 'refuse', status: /^[a-z-]{1,20}$/.test(status) ? status : 'unknown', held };
}

/** Of a document how far it is, where a human has changed that; else whether it is in force. */
function statusOf(held: Report | Observation | Document): string {
  if (held.resourceType !== 'DocumentReference' || isDocStatusOurs(held)) return held.status;
  return held.docStatus ?? held.status;
}

/** Not set by a human. */
export function isOurs(held: Report | Observation | Document): boolean {
  if (held.resourceType !== 'DocumentReference') return ours.includes(held.status);
  return isDocStatusOurs(held) && held.status !== 'entered-in-error';
}

function isDocStatusOurs({ docStatus = 'preliminary' }: Document): boolean {
  return docStatus === 'preliminary';
}

function partsOf({ hasMember, derivedFrom }: fhir4.Observation): string[] {
  return [...idsIn(hasMember), ...idsIn(derivedFrom)];
}

function namesOfParts({ hasMember, derivedFrom }: fhir4.Observation): string[] {
  return [...namesIn(hasMember), ...namesIn(derivedFrom)];
}

function namesIn(references: readonly fhir4.Reference[] | undefined): string[] {
  return idsIn(references).map((id) => `Observation/${id}`);
}

function idsIn(references: readonly fhir4.Reference[] | undefined): string[] {
  if (!Array.isArray(references)) return [];
  return references.flatMap((one: fhir4.Reference | null) => {
    const [, id] =
      /(?:^|\/)Observation\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[^/]+)?$/.exec(one?.reference ?? '') ?? [];
    return id === undefined ? [] : [id];
  });
}
