import { allOk, created, isOk } from '@medplum/core';
import { BatchProcessor, FhirRouter } from '@medplum/fhir-router';
import type { Bundle } from '@medplum/fhirtypes';

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

  const batch = routes.find(({ data }) => data?.interaction === 'batch');
  if (batch !== undefined) {
    const { handler } = batch;
    batch.handler = async (request, repository, ...rest) => {
      const bundle = request.body as Bundle | undefined;
      if (bundle?.resourceType !== 'Bundle') return await handler(request, repository, ...rest);
      const processor = new BatchProcessor(router, repository, bundle, request);
      takeLongConditionalTransactions(processor);
      return [allOk, await processor.run()];
    };
  }
  return router;
}

/**
 * Medplum refuses a transaction of more than 8 entries as soon as one is conditional, as its database would
 * have to isolate it strictly. Here one request at a time is carried out, which is stricter. Private to
 * BatchProcessor, which has no setting for it; its version is pinned.
 */
function takeLongConditionalTransactions(processor: BatchProcessor): void {
  const inner = processor as unknown as {
    preprocessBundle(): Promise<{ requiresStrongTransaction: boolean }>;
  };
  const preprocessBundle = inner.preprocessBundle.bind(processor);
  inner.preprocessBundle = async () => ({ ...(await preprocessBundle()), requiresStrongTransaction: false });
}
