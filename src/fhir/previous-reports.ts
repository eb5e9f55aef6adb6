import { LobarError, type Notice } from '../errors.ts';
import { type LocalCode, localCodeSystem } from './codes.ts';
import { matchesOf } from './connection/expect-answer.ts';
import type { CallOptions, SearchOptions } from './connection/open-fhir-connection.ts';
import { identifiersOf } from './identifiers-of.ts';
import { identifierValue } from './keys.ts';
import type { EhrClient } from './open-ehr.ts';
import type { ReportFacts } from './report-facts.ts';

/** An earlier report of the same patient by the same algorithm, as the EHR holds it. */
export interface PreviousReport {
  /** FHIR dateTime of the scan. */
  readonly scannedAt: string;
  readonly involvementPercent: number;
  readonly severityScore: number;
  readonly algorithmVersion?: string;
}

export interface PreviousReports {
  /** Oldest first. */
  readonly previous: readonly PreviousReport[];
  /** That there may be some, and why they could not be had. */
  readonly warnings: readonly Notice[];
}

/** What a report is read for; older ones say little of how things go. */
const mostReports = 10;
/** Of the time that all of the publishing may take. */
const shareOfTotal = 0.25;

/** Statuses that say that a report or a number does not hold (R4 DiagnosticReport.status, Observation.status). */
const invalid: readonly string[] = ['entered-in-error', 'cancelled'];

type Report = fhir4.DiagnosticReport & { readonly key: string; readonly scannedAt: string };

/**
 * The reports of earlier scans of this patient that the EHR holds: of other studies, by this algorithm, with numbers
 * that carry our own identifiers and codes, and not taken back. What somebody else measured is none. It can be done
 * without: asked once, for a quarter of the time of the publishing at most, and what fails is a warning.
 *
 * @param patient - `Patient/<id>`
 * @throws what the signal was aborted with
 */
export async function previousReports(
  ehr: EhrClient,
  {
    facts,
    patient,
    fhirBase,
  }: { readonly facts: ReportFacts; readonly patient: string; readonly fhirBase: string },
  call: CallOptions,
): Promise<PreviousReports> {
  if (!ehr.config.previousResults) return { previous: [], warnings: [] };
  const overdue = AbortSignal.timeout(ehr.config.timeouts.total * shareOfTotal * 1000);
  const signal = AbortSignal.any([call.signal, overdue]);
  const asked: SearchOptions = { ...call, signal, isOptional: true };
  const base = fhirBase.replace(/\/+$/, '');
  try {
    return { previous: await readPrevious(ehr, { facts, patient, fhirBase: base }, asked), warnings: [] };
  } catch (error) {
    if (call.signal.aborted) throw error;
    // What is there may be anything: it is not worth the report.
    const problem = error instanceof LobarError ? error.code : 'what it answered is malformed';
    const why = overdue.aborted ? 'it took too long' : problem;
    const text = `Earlier results of this patient could not be read from the EHR (${why}): the report shows none, and there may be some.`;
    return { previous: [], warnings: [{ code: 'previous-results-unavailable', text }] };
  }
}

async function readPrevious(
  { connection }: EhrClient,
  of: { readonly facts: ReportFacts; readonly patient: string; readonly fhirBase: string },
  asked: SearchOptions,
): Promise<readonly PreviousReport[]> {
  const { facts, patient, fhirBase } = of;
  const found = await connection.search(
    'DiagnosticReport',
    { patient, identifier: `${fhirBase}/ai-report|`, _sort: '-date', _count: '50' },
    {
      ...asked,
      elements: ['id', 'meta', 'identifier', 'status', 'subject', 'effective', 'effectiveDateTime', 'result'],
    },
  );
  const reports = matchesOf<fhir4.DiagnosticReport>(found, 'DiagnosticReport')
    .flatMap((report) => earlier(report, of) ?? [])
    .toSorted((a, b) => Date.parse(b.scannedAt) - Date.parse(a.scannedAt))
    .slice(0, mostReports);
  if (reports.length === 0) return [];

  const ids = reports.flatMap(({ result }) => idsIn(result, 'Observation'));
  const observations = await resourcesOf<fhir4.Observation>('Observation', ids);
  const ours = [...observations.values()].filter(
    (one) => isOf(one, patient) && !invalid.includes(one.status),
  );
  const valued = reports.flatMap((report) => {
    const results = idsIn(report.result, 'Observation');
    const value = (slot: string, code: LocalCode, unit: string, most: number) =>
      ours
        .filter(({ id = '' }) => results.includes(id))
        .filter((one) => carriesSlot(one, `${report.key}/${slot}`, fhirBase))
        .map((one) => ({ value: numberIn(one, { fhirBase, code, unit, most }), device: one.device }))
        .find((one) => one.value !== undefined);
    const involvement = value('involvement', 'involvement-percent', '%', 100);
    const severity = value('severity', 'ct-severity-score', '{score}', 25);
    if (involvement?.value === undefined || severity?.value === undefined) return [];
    const [device] = idsIn(severity.device === undefined ? [] : [severity.device], 'Device');
    return [
      {
        scannedAt: report.scannedAt,
        involvementPercent: involvement.value,
        severityScore: severity.value,
        device,
      },
    ];
  });
  const deviceIds = valued.flatMap(({ device }) => device ?? []);
  const devices = await resourcesOf<fhir4.Device>('Device', deviceIds);
  return valued.toReversed().map(({ device = '', ...numbers }) => {
    const algorithmVersion = versionOf(devices.get(device), { fhirBase, facts });
    return { ...numbers, ...(algorithmVersion === undefined ? {} : { algorithmVersion }) };
  });

  /** By their ids; those that are not found are left out. */
  async function resourcesOf<Resource extends fhir4.Observation | fhir4.Device>(
    type: Resource['resourceType'],
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, Resource>> {
    const wanted = [...new Set(ids)];
    if (wanted.length === 0) return new Map();
    const params = { _id: wanted.join(','), _count: String(wanted.length) };
    const resources = matchesOf<Resource>(await connection.search(type, params, asked), type);
    return new Map(resources.map((one) => [one.id ?? '', one]));
  }
}

/** A report of an earlier scan, if it is one of ours; a server that ignores a parameter answers with any. */
function earlier(
  report: fhir4.DiagnosticReport,
  { facts, patient, fhirBase }: { facts: ReportFacts; patient: string; fhirBase: string },
): Report | undefined {
  const { study, algorithm } = facts;
  const { effectiveDateTime: scannedAt = '', status } = report;
  const key = identifiersOf(report.identifier).find(
    ({ system }) => system === `${fhirBase}/ai-report`,
  )?.value;
  const isOurs = key?.endsWith(`/${identifierValue(algorithm.id)}`) && !key.startsWith(`${study.uid}/`);
  if (key === undefined || !isOurs || invalid.includes(status) || !isOf(report, patient)) return undefined;
  const at = Date.parse(scannedAt);
  const isEarlier = study.acquiredAt === undefined || at <= Date.parse(study.acquiredAt);
  return !Number.isNaN(at) && isEarlier ? { ...report, key, scannedAt } : undefined;
}

function isOf({ subject }: { readonly subject?: fhir4.Reference | undefined }, patient: string): boolean {
  const { reference = '' } = subject ?? {};
  return reference === patient || reference.endsWith(`/${patient}`);
}

function carriesSlot({ identifier }: fhir4.Observation, value: string, fhirBase: string): boolean {
  const system = `${fhirBase}/ai-observation`;
  return identifiersOf(identifier).some((one) => one.system === system && one.value === value);
}

function numberIn(
  { code, valueQuantity }: fhir4.Observation,
  wanted: {
    readonly fhirBase: string;
    readonly code: LocalCode;
    readonly unit: string;
    readonly most: number;
  },
): number | undefined {
  const { value, code: unit } = valueQuantity ?? {};
  const isCoded = code.coding?.some(
    (one) => one.system === localCodeSystem(wanted.fhirBase) && one.code === wanted.code,
  );
  const isNumber = typeof value === 'number' && value >= 0 && value <= wanted.most;
  return isCoded && isNumber && unit === wanted.unit ? value : undefined;
}

/** Of the algorithm, as its Device has it. */
function versionOf(
  device: fhir4.Device | undefined,
  { fhirBase, facts }: { fhirBase: string; facts: ReportFacts },
): string | undefined {
  const isOurs = identifiersOf(device?.identifier).some(({ system }) => system === `${fhirBase}/ai-device`);
  const own = device?.version?.find(({ component }) => component?.value === facts.algorithm.id);
  return isOurs ? own?.value : undefined;
}

function idsIn(references: unknown, type: string): string[] {
  const list: readonly (fhir4.Reference | null)[] = Array.isArray(references) ? references : [];
  const of = new RegExp(`(?:^|/)${type}/([A-Za-z0-9.-]{1,64})(?:/_history/[^/]+)?$`);
  return list.flatMap((one) => of.exec(one?.reference ?? '')?.[1] ?? []);
}
