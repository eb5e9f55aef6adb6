import type { Part, ReportToWrite } from './report-to-write.ts';

/**
 * A resource whose references to parts of its report are replaced.
 *
 * @param references - by the names of the parts: `Type/id` in the EHR, or `urn:uuid:`
 */
export function withReferences<Resource extends fhir4.FhirResource>(
  resource: Resource,
  references: ReadonlyMap<string, string>,
): Resource {
  const replaced = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(replaced);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) =>
        key === 'reference' && typeof member === 'string'
          ? [key, references.get(member) ?? member]
          : [key, replaced(member)],
      ),
    );
  };
  return replaced(resource) as Resource;
}

/** A part as it is under the id that the EHR gave it. */
export function placed(
  { resource, fullUrl, name }: Part,
  id: string,
  references: ReadonlyMap<string, string>,
): { readonly fullUrl: string; readonly resource: fhir4.FhirResource & { id: string } } {
  return {
    fullUrl: `${fullUrl.slice(0, fullUrl.length - name.length)}${resource.resourceType}/${id}`,
    resource: { ...withReferences(resource, references), id },
  };
}

/** A part that the EHR has given no id yet, or none that is known. */
export function unplaced(
  { resource, name }: Part,
  references: ReadonlyMap<string, string>,
): { readonly fullUrl: string; readonly resource: fhir4.FhirResource } {
  const { id: _, ...anonymous } = withReferences(resource, references);
  return { fullUrl: urn(name), resource: anonymous as fhir4.FhirResource };
}

/** The name of a part within a transaction (FHIR R4 3.1.0.11.2), the same each time. */
export function urn(name: string): string {
  return `urn:uuid:${name.slice(name.indexOf('/') + 1)}`;
}

/** `Type/id` in the EHR, by the names of the parts that it holds. */
export function referencesOf(ids: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...ids].map(([name, id]) => [name, `${name.slice(0, name.indexOf('/'))}/${id}`]));
}

/** The Bundle as it is under the ids of the EHR; without id what they are not known of. */
export function placedBundle(
  { bundle, parts }: Pick<ReportToWrite, 'bundle' | 'parts'>,
  ids: ReadonlyMap<string, string>,
): fhir4.Bundle {
  const references = referencesOf(ids);
  const entry = parts.map((part): fhir4.BundleEntry => {
    const id = ids.get(part.name);
    const { resourceType } = part.resource;
    return id === undefined
      ? { ...unplaced(part, references), request: { method: 'POST', url: resourceType } }
      : { ...placed(part, id, references), request: { method: 'PUT', url: `${resourceType}/${id}` } };
  });
  return { ...bundle, entry };
}
