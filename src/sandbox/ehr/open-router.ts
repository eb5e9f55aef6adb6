import { created, isOk } from '@medplum/core';
import { FhirRouter } from '@medplum/fhir-router';

/** The interactions that are offered; the router's others (delete, patch, GraphQL) are taken out. */
const offered: readonly string[] = [
  'read',
  'vread',
  'history-instance',
  'search-type',
  'create',
  'update',
  'batch',
];

/** Medplum's FHIR router with what the embedded EHR offers, and 201 where an update creates. */
export function openRouter(): FhirRouter {
  const router = new FhirRouter();
  const { routes } = router.router;
  routes.splice(0, routes.length, ...routes.filter(({ data }) => offered.includes(data?.interaction ?? '')));

  // FHIR R4 http 3.1.0.5: an update that creates answers 201. Medplum answers 200 to both.
  const update = routes.find(({ data, path }) => data?.interaction === 'update' && path.length === 2);
  if (update !== undefined) {
    const { handler } = update;
    update.handler = async (request, repository, ...rest) => {
      const { resourceType = '', id = '' } = request.params;
      const existed = await repository.readResource(resourceType, id).then(
        () => true,
        () => false,
      );
      const [outcome, resource] = await handler(request, repository, ...rest);
      if (resource === undefined) return [outcome];
      return [isOk(outcome) && !existed ? created : outcome, resource];
    };
  }
  return router;
}
