import { fastify } from 'fastify';

export interface SandboxEhrOptions {
  /** 127.0.0.1 by default. */
  readonly host?: string;
  /** A free one by default. */
  readonly port?: number;
  /** The patients it knows from the start. */
  readonly patients: readonly fhir4.Patient[];
}

export interface SandboxEhr {
  /** FHIR base. */
  readonly url: string;
  close(): Promise<void>;
}

/** A Bundle with a PDF and pictures stays below this. */
const bodyLimitBytes = 32 * 2 ** 20;

/**
 * The embedded EHR: FHIR R4 over HTTP, in memory, for the demo and the tests. It validates what it is sent,
 * keeps versions, and applies a transaction wholly or not at all.
 */
export async function openSandboxEhr(options: SandboxEhrOptions): Promise<SandboxEhr> {
  // Imported here, so that the service and most commands never load it.
  const [{ loadDefinitions }, { TransactionalRepository }, { addFhirRoutes }] = await Promise.all([
    import('./load-definitions.ts'),
    import('./transactional-repository.ts'),
    import('./fhir-routes.ts'),
  ]);
  await loadDefinitions();

  const repository = new TransactionalRepository();
  for (const patient of options.patients) {
    // The two FHIR type packages differ in enumerations only; the resource is validated R4 either way.
    await repository.createResource(patient as Parameters<typeof repository.createResource>[0]);
  }

  let url = '';
  const app = fastify({ bodyLimit: bodyLimitBytes, forceCloseConnections: true, logger: false });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    ['application/fhir+json', 'application/json'],
    { parseAs: 'string' },
    app.getDefaultJsonParser('error', 'ignore'),
  );
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
  addFhirRoutes(app, repository, () => url);
  const address = await app.listen({ host: options.host ?? '127.0.0.1', port: options.port ?? 0 });
  url = `${address}/fhir`;
  return { url, close: () => app.close() };
}
