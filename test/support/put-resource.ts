import assert from 'node:assert/strict';

/** Creates a resource under its own id in an EHR; the reference to it. */
export async function putResource(
  ehrUrl: string,
  resource: (fhir4.Task | fhir4.ServiceRequest) & { readonly id: string },
): Promise<string> {
  const reference = `${resource.resourceType}/${resource.id}`;
  const answer = await fetch(`${ehrUrl}/${reference}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify(resource),
  });
  assert.equal(answer.status, 201, await answer.text());
  return reference;
}
