import { matchesOf } from '../connection/expect-answer.ts';
import {
  type CallOptions,
  type FhirConnection,
  type Identifier,
  token,
} from '../connection/open-fhir-connection.ts';
import { carries } from '../identifiers-of.ts';
import type { Run } from '../report-context.ts';
import type { Part, ReportToWrite } from './report-to-write.ts';
import { isWithdrawn } from './withdraw-duplicate.ts';

/** A resource with an identifier, as an EHR holds it. */
export type Held<Resource extends Identified = Identified> = Resource & { readonly id: string };
type Identified = fhir4.Device | fhir4.Observation | fhir4.DiagnosticReport | fhir4.DocumentReference;

/** What an EHR holds of one report, whoever wrote it, without what Lobar has withdrawn. */
export interface HeldReport {
  /** More than one after a lost race. */
  readonly reports: readonly Held<fhir4.DiagnosticReport>[];
  /** By the names of the parts. */
  readonly observations: ReadonlyMap<string, readonly Held<fhir4.Observation>[]>;
  readonly devices: readonly Held<fhir4.Device>[];
  /** None where no document goes with the report. */
  readonly documents: readonly Held<fhir4.DocumentReference>[];
}

/**
 * Of what may carry documents of a megabyte, what it is judged by. Such a one must never be put back: see
 * `changeHeld`.
 */
const judgedBy: Partial<Record<Identified['resourceType'], readonly string[]>> = {
  DiagnosticReport: ['id', 'meta', 'identifier', 'status', 'result'],
  DocumentReference: ['id', 'meta', 'identifier', 'status', 'docStatus', 'relatesTo', 'context'],
};

export interface LookUp {
  readonly connection: FhirConnection;
  readonly call: CallOptions;
  /**
   * Ids by the names of parts, that the EHR has given or, in the mode put-id, will give: what the search does
   * not show is read. An EHR may know a resource before its search does.
   */
  readonly ids: ReadonlyMap<string, string>;
  /** Nothing can be there of a report that is not: no need to read what the search does not show. */
  readonly wholly: boolean;
}

/** The reports that a run wrote. A server that ignores the parameter answers with any: only what carries it counts. */
export async function findRun(
  { connection, call }: Pick<LookUp, 'connection' | 'call'>,
  run: Run,
): Promise<Held<fhir4.DiagnosticReport>[]> {
  return await find<fhir4.DiagnosticReport>(connection, 'DiagnosticReport', [run], call);
}

/**
 * Looks for every part by its identifier, and reads those whose id is known and that no search shows.
 *
 * @param ofRun - what `findRun` found; a human may have taken the other identifiers off
 */
export async function lookUpReport(
  { connection, call, ids, wholly }: LookUp,
  { device, observations, report, document }: ReportToWrite,
  ofRun: readonly Held<fhir4.DiagnosticReport>[],
): Promise<HeldReport> {
  const [reports, found, devices, documents] = await Promise.all([
    find<fhir4.DiagnosticReport>(connection, 'DiagnosticReport', identifiersOf([report]), call).then(
      (named) =>
        readToo(report, [...ofRun, ...named.filter(({ id }) => !ofRun.some((one) => one.id === id))]),
    ),
    find<fhir4.Observation>(connection, 'Observation', identifiersOf(observations), call),
    find<fhir4.Device>(connection, 'Device', identifiersOf([device]), call),
    document === undefined
      ? []
      : find<fhir4.DocumentReference>(connection, 'DocumentReference', identifiersOf([document]), call).then(
          (shown) => readToo(document, shown),
        ),
  ]);
  const held = await Promise.all(
    observations.map(async (part) => {
      const shown = found.filter((one) => carriesOneOf(one, identifiersOf([part])));
      if (shown.length === 0 && reports.length > 0 && !ids.has(part.name)) {
        // Some servers do not search for several at once; what a human has amended must not be missed.
        const alone = await find<fhir4.Observation>(connection, 'Observation', identifiersOf([part]), call);
        return [part.name, alone] as const;
      }
      const all = wholly && reports.length === 0 ? shown : await readToo(part, shown);
      return [part.name, all as readonly Held<fhir4.Observation>[]] as const;
    }),
  );
  return { reports, observations: new Map(held), devices, documents };

  /** A server that does not answer a transaction in its order gives the ids of some observations for others. */
  function isAnother(read: Identified, name: string): boolean {
    const others = observations.filter((part) => part.name !== name);
    return read.resourceType === 'Observation' && carriesOneOf(read, identifiersOf(others));
  }

  async function readToo<Resource extends Exclude<Identified, fhir4.Device>>(
    { name, resource }: Part,
    shown: readonly Held<Resource>[],
  ): Promise<readonly Held<Resource>[]> {
    const id = ids.get(name);
    if (id === undefined || shown.some((one) => one.id === id)) return shown;
    const type = resource.resourceType as Resource['resourceType'];
    const read = await connection.read<Resource>(type, id, call);
    const isToSee = read !== undefined && !isWithdrawn(read) && !isAnother(read, name);
    return isToSee ? [...shown, { ...read, id }] : shown;
  }
}

/** Without what this process has withdrawn, or could not: `Type/id`. */
export function withoutSettled(held: HeldReport, settled: ReadonlySet<string>): HeldReport {
  const unsettled = <One extends Held>(copies: readonly One[]): One[] =>
    copies.filter((one) => !settled.has(`${one.resourceType}/${one.id}`));
  return {
    ...held,
    reports: unsettled(held.reports),
    observations: new Map([...held.observations].map(([name, copies]) => [name, unsettled(copies)])),
    documents: unsettled(held.documents),
  };
}

/** What carries one of these identifiers. */
export async function find<Resource extends Identified>(
  connection: FhirConnection,
  type: Resource['resourceType'],
  identifiers: readonly Identifier[],
  call: CallOptions,
): Promise<Held<Resource>[]> {
  const params = { _count: '100', identifier: identifiers.map(token).join(',') };
  const elements = judgedBy[type];
  const options = { ...call, ...(elements === undefined ? {} : { elements }) };
  const matches = matchesOf<Resource>(await connection.search(type, params, options), type);
  return matches.filter(
    (one): one is Held<Resource> => typeof one.id === 'string' && carriesOneOf(one, identifiers),
  );
}

function identifiersOf(parts: readonly Part[]): Identifier[] {
  return parts.flatMap(({ identifier }) => (identifier === undefined ? [] : [identifier]));
}

export function carriesOneOf({ identifier }: Identified, wanted: readonly Identifier[]): boolean {
  return wanted.some((one) => carries(identifier, one));
}
