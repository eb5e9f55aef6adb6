import type { WriteMode } from '../../config-endpoints.ts';
import { entityTag, token } from '../connection/open-fhir-connection.ts';
import { placed, unplaced, urn } from './place-bundle.ts';
import type { Part, ReportToWrite } from './report-to-write.ts';

export type TransactionMode = Exclude<WriteMode, 'create-and-search' | 'document'>;

/** Where a part lies in the EHR. */
export interface Place {
  readonly id: string;
  /** meta.versionId; absent where the EHR keeps no versions. */
  readonly versionId?: string | undefined;
}

export interface ArrangedTransaction {
  readonly bundle: fhir4.Bundle;
  /** The names of the parts, one an entry. */
  readonly names: readonly string[];
}

/**
 * The transaction that writes a report, FHIR R4 3.1.0.11. What is held is replaced in place, and only as it
 * was read (ifMatch): a condition on an identifier alone would overwrite what a human has done since. A
 * Device that is held is left as it is: its identifier says all of it, and many reports share it. Pure: the
 * same report over the same state gives the same bytes. No two entries name the same resource; servers drop
 * one of them without a word (HAPI #8183).
 *
 * @param held - by the names of the parts
 */
export function arrangeTransaction(
  { parts, device, provenance }: ReportToWrite,
  mode: TransactionMode,
  held: ReadonlyMap<string, Place>,
): ArrangedTransaction {
  const references = new Map(
    parts.map(({ name, resource }) => {
      const place = held.get(name);
      if (place !== undefined) return [name, `${resource.resourceType}/${place.id}`];
      return [name, mode === 'put-id' ? name : urn(name)];
    }),
  );
  const written = parts.filter((part) => part !== device || !held.has(part.name));
  return {
    bundle: {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: written.map((part) => {
        const place = held.get(part.name);
        if (place !== undefined) return replacing(part, place, references);
        if (mode === 'put-id') return replacing(part, { id: idOf(part) }, references);
        return part === provenance ? posting(part, references) : conditional(part, mode, references);
      }),
    },
    names: written.map(({ name }) => name),
  };
}

function replacing(
  part: Part,
  { id, versionId }: Place,
  references: ReadonlyMap<string, string>,
): fhir4.BundleEntry {
  const url = `${part.resource.resourceType}/${id}`;
  const ifMatch = versionId === undefined ? {} : { ifMatch: entityTag(versionId) };
  return { ...placed(part, id, references), request: { method: 'PUT', url, ...ifMatch } };
}

/** One a run; no condition can find it, as it has no identifier in R4. */
function posting(part: Part, references: ReadonlyMap<string, string>): fhir4.BundleEntry {
  return { ...unplaced(part, references), request: { method: 'POST', url: part.resource.resourceType } };
}

/** Written by whoever comes first: the EHR itself looks for the identifier. */
function conditional(
  part: Part,
  mode: 'conditional-update' | 'conditional-create',
  references: ReadonlyMap<string, string>,
): fhir4.BundleEntry {
  const { resourceType } = part.resource;
  if (part.identifier === undefined) throw new Error(`${resourceType} has no identifier to find it by`);
  const query = `identifier=${encodeURIComponent(token(part.identifier))}`;
  return {
    ...unplaced(part, references),
    request:
      mode === 'conditional-update'
        ? { method: 'PUT', url: `${resourceType}?${query}` }
        : { method: 'POST', url: resourceType, ifNoneExist: query },
  };
}

export function idOf({ name }: Part): string {
  return name.slice(name.indexOf('/') + 1);
}
