import type { Failure } from '../connection/failure.ts';
import type { CallOptions, FhirConnection } from '../connection/open-fhir-connection.ts';
import { canonicalJson } from '../keys.ts';
import type { Place } from './arrange-transaction.ts';
import { find, type Held } from './held-report.ts';
import { isOurs, smallestId } from './next-step.ts';
import { placed, unplaced } from './place-bundle.ts';
import type { Part, ReportToWrite } from './report-to-write.ts';

export interface WrittenParts {
  /** Ids by the names of the parts that are there now. */
  readonly ids: ReadonlyMap<string, string>;
  /** Whether the report, the last one, was written. */
  readonly complete: boolean;
  /** What broke it off. Without it, and not complete: somebody else has written the report meanwhile. */
  readonly failure?: Failure;
}

/**
 * Writes a report without a transaction: Device, lobes, the other observations, and at last the report, which
 * makes them visible. Before each that is not known to be there it looks for it once more: for what another
 * process has written since, and for servers that do not search for several identifiers at once.
 *
 * @param held - by the names of the parts
 */
export async function createOneByOne(
  { device, observations, report }: ReportToWrite,
  held: ReadonlyMap<string, Held>,
  connection: FhirConnection,
  call: CallOptions,
): Promise<WrittenParts> {
  const ids = new Map<string, string>();
  const references = new Map<string, string>();
  for (const part of [device, ...observations, report]) {
    const there = held.get(part.name) ?? (await lookAgain(part, connection, call));
    const isTaken = there !== undefined && there !== held.get(part.name) && isNotToReplace(there);
    if (isTaken) return { ids, complete: false };

    const result =
      there === undefined
        ? await connection.create(unplaced(part, references).resource, call)
        : await replace(part, there, references, connection, call);
    if ('failure' in result) return { ids, complete: false, failure: result.failure };
    ids.set(part.name, result.written.id);
    references.set(part.name, `${part.resource.resourceType}/${result.written.id}`);
  }
  return { ids, complete: true };
}

async function lookAgain(
  part: Part,
  connection: FhirConnection,
  call: CallOptions,
): Promise<Held | undefined> {
  const { identifier, resource } = part;
  if (identifier === undefined) return undefined;
  const type = resource.resourceType as Held['resourceType'];
  return smallestId(await find<Held>(connection, type, [identifier], call));
}

/** A report that came up meanwhile, and an observation that a human has amended, are to be looked at first. */
function isNotToReplace(there: Held): boolean {
  return (
    there.resourceType === 'DiagnosticReport' || (there.resourceType === 'Observation' && !isOurs(there))
  );
}

async function replace(
  part: Part,
  there: Held,
  references: ReadonlyMap<string, string>,
  connection: FhirConnection,
  call: CallOptions,
) {
  const { resource } = placed(part, there.id, references);
  if (there.resourceType === 'Device' || saysTheSame(there, resource)) return { written: { id: there.id } };
  return await connection.update(resource, { ...call, ifMatch: placeOf(there).versionId });
}

export function placeOf({ id, meta }: Held): Place {
  return { id, versionId: meta?.versionId };
}

/** What was written before a crash needs no new version. */
function saysTheSame(there: fhir4.FhirResource, resource: fhir4.FhirResource): boolean {
  const content = ({ meta, ...rest }: fhir4.FhirResource) => {
    const { security } = meta ?? {};
    return canonicalJson({ ...rest, security });
  };
  return content(there) === content(resource);
}
