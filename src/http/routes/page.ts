import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LobarError } from '../../errors.ts';
import { pageHeaders } from '../page/page-headers.ts';
import type { Coding, PageFile } from '../page/read-page.ts';
import { tokenOrigins } from '../page/token-origins.ts';
import type { ServiceContext } from '../service-context.ts';

const hidden = { config: { scope: 'public' }, schema: { hide: true } } as const;

/**
 * The reading page. It is open to all, as it holds no data: whatever it shows it asks for as any client does. No path
 * of a request reaches the file system: the files were read at the start.
 */
export function pageRoutes(app: FastifyInstance, { config, authentication, page }: ServiceContext): void {
  if (!config.page.enabled) return;
  const origins = tokenOrigins(config, authentication);
  const headers = async () =>
    pageHeaders({ connect: await origins(), opensWindows: config.auth.oidc !== undefined });

  app.get('/', hidden, async (request, reply) => {
    const index = page?.get('index.html');
    if (index === undefined) throw new LobarError('page-not-built', {});
    return await sendFile(request, reply.headers(await headers()), index);
  });
  app.get<{ Params: { readonly '*': string } }>('/assets/*', hidden, async (request, reply) => {
    const file = page?.get(`assets/${request.params['*']}`);
    if (file === undefined) throw new LobarError('route-not-found', { method: request.method });
    return await sendFile(request, reply.headers(await headers()), file);
  });
}

async function sendFile(request: FastifyRequest, reply: FastifyReply, file: PageFile): Promise<FastifyReply> {
  const coding = codingFor(request, file);
  // Of each representation its own (RFC 9110 8.8.3.3).
  const etag = `"${file.etag}-${coding}"`;
  reply
    .header('etag', etag)
    .header('cache-control', file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
  if (file.codings.length > 1) reply.header('vary', 'accept-encoding');
  if (isHeld(request.headers['if-none-match'], etag)) return reply.status(304).send();
  if (coding !== 'identity') reply.header('content-encoding', coding);
  return reply.type(file.contentType).send(await file.bytes(coding));
}

/** The shortest that is accepted: clients list what they take by no order of theirs. */
function codingFor(request: FastifyRequest, { codings }: PageFile): Coding {
  if (request.headers['accept-encoding'] === undefined) return 'identity';
  return codings.find((one) => request.accepts().encoding([one]) === one) ?? 'identity';
}

/** If-None-Match (RFC 9110 13.1.2), which compares weakly. */
function isHeld(header: string | undefined, etag: string): boolean {
  const held = header?.split(',').map((one) => one.trim().replace(/^W\//, '')) ?? [];
  return held.includes(etag) || held.includes('*');
}
