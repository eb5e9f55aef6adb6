import { badRequest, getStatus, normalizeOperationOutcome, validateResource } from '@medplum/core';
import type { HttpMethod } from '@medplum/fhir-router';
import type { Bundle, OperationOutcome, Resource } from '@medplum/fhirtypes';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { capabilityStatement } from './capability-statement.ts';
import { isOffered } from './offered-types.ts';
import { onlyElements } from './only-elements.ts';
import { openRouter } from './open-router.ts';
import { unknownParameter } from './search-parameters.ts';
import type { TransactionalRepository } from './transactional-repository.ts';

const prefix = '/fhir';

/** FHIR R4 REST under /fhir, over a repository. `url` gives the base once the server listens. */
export function addFhirRoutes(
  app: FastifyInstance,
  repository: TransactionalRepository,
  url: () => string,
): void {
  const router = openRouter();
  const oneAtATime = queue();

  app.get(`${prefix}/metadata`, (request, reply) => send(request, reply, 200, capabilityStatement(url())));

  const handle = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const path = request.url.slice(prefix.length).replace(/^\/+/, '');
    const problem = problemOf(path, request.body);
    if (problem !== undefined) {
      return send(request, reply, getStatus(problem), problem);
    }
    const [outcome, resource] = await oneAtATime(() =>
      router.handleRequest(
        {
          method: request.method as HttpMethod,
          url: path,
          pathname: '',
          body: request.body,
          params: {},
          query: {},
          headers: request.headers,
          // Without it the router takes a transaction for a batch: entry by entry, some applied, some not.
          config: { transactions: true },
        },
        repository,
      ),
    );
    const status = getStatus(outcome);
    if (resource === undefined || status >= 400) {
      return send(request, reply, status, outcome);
    }
    if (status === 201) {
      reply.header('location', `${url()}/${resource.resourceType}/${resource.id}`);
    }
    return send(request, reply, status, onlyElements(withFullUrls(resource, url()), request.url));
  };
  for (const route of [prefix, `${prefix}/`, `${prefix}/*`]) {
    app.route({ method: ['GET', 'POST', 'PUT'], url: route, handler: handle });
  }

  app.setNotFoundHandler((request, reply) =>
    send(request, reply, 404, badRequest('This server offers GET, POST and PUT under /fhir')),
  );
  app.setErrorHandler((error, request, reply) => {
    const status = (error as { statusCode?: number }).statusCode ?? 500;
    return send(request, reply, status, normalizeOperationOutcome(error));
  });
}

/** What is wrong with a request before the repository sees it: type, search parameter, resource. */
function problemOf(path: string, body: unknown): OperationOutcome | undefined {
  const [before = '', query = ''] = path.split('?');
  const [type = ''] = before.split('/');
  if (type !== '' && !isOffered(type)) {
    return { ...badRequest(`Resource type is not offered: see /metadata`), id: 'not-found' };
  }
  const names = new URLSearchParams(query).keys();
  const unknown = type === '' ? undefined : unknownParameter(type, names);
  if (unknown !== undefined) {
    return badRequest(`Search parameter is not offered: ${unknown}`);
  }
  if (before.endsWith('/_search') || body === undefined || body === null) {
    return undefined;
  }
  return invalidResource(body as Resource);
}

/** MemoryRepository takes anything; a real EHR validates what it is sent, each resource of a Bundle included. */
function invalidResource(body: Resource): OperationOutcome | undefined {
  try {
    validateResource(body);
    const entries = body.resourceType === 'Bundle' ? (body as Bundle).entry : undefined;
    for (const { resource } of entries ?? []) {
      if (resource !== undefined) validateResource(resource);
    }
    return undefined;
  } catch (error) {
    return normalizeOperationOutcome(error);
  }
}

/** A search gives every resource its address (FHIR R4 search: Bundle.entry.fullUrl). */
function withFullUrls(resource: Resource, url: string): Resource {
  if (resource.resourceType !== 'Bundle' || resource.type !== 'searchset') {
    return resource;
  }
  const entry = (resource.entry ?? []).map((one) => ({
    fullUrl: `${url}/${one.resource?.resourceType}/${one.resource?.id}`,
    ...one,
  }));
  return { ...resource, ...(entry.length > 0 ? { entry } : {}) };
}

function send(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  resource: Resource | fhir4.FhirResource,
): FastifyReply {
  const version = 'meta' in resource ? resource.meta?.versionId : undefined;
  if (version !== undefined) {
    reply.header('etag', `W/"${version}"`);
  }
  // A browser shows application/json and offers application/fhir+json as a download.
  const forBrowser = request.headers.accept?.includes('text/html') === true;
  return reply
    .status(status)
    .header('content-type', `application/${forBrowser ? '' : 'fhir+'}json; charset=utf-8`)
    .send(JSON.stringify(resource, null, forBrowser ? 2 : undefined));
}

/** Runs one task after another: a transaction never sees, nor shows, half of another. */
function queue(): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const next = last.then(task);
    last = next.catch(() => undefined);
    return next;
  };
}
