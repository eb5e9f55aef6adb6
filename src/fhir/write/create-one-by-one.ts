import type { Failure } from '../connection/failure.ts';
import type { CallOptions, FhirConnection } from '../connection/open-fhir-connection.ts';
import { canonicalJson } from '../keys.ts';
import type { Place } from './arrange-transaction.ts';
import { find, type Held } from './held-report.ts';
import { isOurs, smallestId } from './next-step.ts';
import { placed, unplaced } from './place-bundle.ts';
import type { Part, ReportToWrite } from './report-to-write.ts';
import { carrying } from './sent-documents.ts';

export interface WrittenParts {
  /** Ids by the names of the parts that are there now. */
  readonly ids: ReadonlyMap<string, string>;
  /** Whether the report was sent; it may be there even if that failed. */
  readonly sent: boolean;
  /** Whether the report, the last one, was written. */
  readonly complete: boolean;
  /** What broke it off. Without it, and not complete: somebody else has written the report meanwhile. */
  readonly failure?: Failure;
}

/**
 * Writes a report without a transaction: Device, lobes, the other observations, and at last the report, which
 * makes them visible; its document comes after it. Before each that is not known to be there it looks for it once more: for what another
 * process has written since, and for servers that do not search for several identifiers at once.
 *
 * @param held - by the names of the parts
 * @param onChanged - is told when something that was there has been replaced
 */
export async function createOneByOne(
  { device, observations, report }: ReportToWrite,
  held: ReadonlyMap<string, Held>,
  connection: FhirConnection,
  call: CallOptions,
  onChanged: () => void = () => {},
): Promise<WrittenParts> {
  const ids = new Map<string, string>();
  const references = new Map<string, string>();
  for (const part of [device, ...observations, report]) {
    const there = held.get(part.name) ?? (await lookAgain(part, connection, call));
    const isTaken = there !== undefined && there !== held.get(part.name) && isNotToReplace(there);
    if (isTaken) {
      // Known by its id it is looked at even where the search for all parts at once does not show it.
      ids.set(part.name, there.id);
      return { ids, sent: false, complete: false };
    }

    const options = carrying(call, [part.resource], connection.setting);
    const isKept = there !== undefined && isToKeep(part, there, references);
    const result = isKept
      ? { written: { id: there.id } }
      : there === undefined
        ? await connection.create(unplaced(part, references).resource, options)
        : await connection.update(placed(part, there.id, references).resource, {
            ...options,
            ifMatch: placeOf(there).versionId,
          });
    if ('failure' in result) {
      return { ids, sent: part === report, complete: false, failure: result.failure };
    }
    if (there !== undefined && !isKept) onChanged();
    ids.set(part.name, result.written.id);
    references.set(part.name, `${part.resource.resourceType}/${result.written.id}`);
  }
  return { ids, sent: true, complete: true };
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

/** A Device is shared by many reports; and what was written before a crash needs no new version. */
function isToKeep(part: Part, there: Held, references: ReadonlyMap<string, string>): boolean {
  return there.resourceType === 'Device' || saysTheSame(there, placed(part, there.id, references).resource);
}

export function placeOf({ id, meta }: Held): Place {
  return { id, versionId: meta?.versionId };
}

function saysTheSame(there: fhir4.FhirResource, resource: fhir4.FhirResource): boolean {
  const content = ({ meta, ...rest }: fhir4.FhirResource) => {
    const { security } = meta ?? {};
    return canonicalJson({ ...rest, security });
  };
  return content(there) === content(resource);
}
