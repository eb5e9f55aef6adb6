import { type FastifyError, type FastifyInstance, fastify } from 'fastify';
import { LobarError } from '../../errors.ts';
import { type InstanceIndex, indexFolder } from './instance-index.ts';
import { retrieveRoutes } from './retrieve-routes.ts';
import { searchRoutes } from './search-routes.ts';
import { storeRoutes } from './store-routes.ts';

export interface SandboxPacsOptions {
  /** Folder of DICOM Part 10 files, read with its subfolders; STOW-RS writes into it. */
  readonly folder: string;
  readonly host?: string;
  /** 0, the default, picks a free one. */
  readonly port?: number;
}

export interface SandboxPacs {
  /** DICOMweb root. */
  readonly url: string;
  /** Stops listening and cuts what is being sent. */
  close(): Promise<void>;
}

const prefix = '/dicom-web';

/**
 * The embedded PACS: QIDO-RS, WADO-RS and STOW-RS (PS3.18) over a folder of DICOM files. For demonstrations
 * and tests: nothing is transcoded, nobody is authenticated.
 *
 * @throws LobarError `no-images` when the folder cannot be read.
 */
export async function openSandboxPacs(options: SandboxPacsOptions): Promise<SandboxPacs> {
  const { folder, host = '127.0.0.1', port = 0 } = options;
  const index = await indexFolder(folder);
  // Open connections are cut at close: a client that never finishes reading must not keep the process.
  const app = fastify({ forceCloseConnections: true, routerOptions: { maxParamLength: 100 } });
  let url = '';
  app.setErrorHandler<FastifyError | LobarError>((error, _request, reply) => {
    const known = error instanceof LobarError;
    const status = known ? error.status : (error.statusCode ?? 500);
    const text = status < 500 ? error.message : 'The embedded PACS failed.';
    return reply.code(status).type('text/plain').send(`${text}\n`);
  });
  await app.register(async (routes) => addRoutes(routes, index, folder, () => url), { prefix });
  const address = await app.listen({ host, port });
  url = `${address}${prefix}`;
  return { url, close: () => app.close() };
}

function addRoutes(app: FastifyInstance, index: InstanceIndex, folder: string, root: () => string): void {
  searchRoutes(app, index, root);
  retrieveRoutes(app, index);
  storeRoutes(app, index, folder, root);
}
