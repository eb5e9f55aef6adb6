import { fileURLToPath } from 'node:url';
import type { Config } from '../../config-schema.ts';
import type { Logger } from '../../telemetry/log.ts';
import { type Page, readPage } from './read-page.ts';

/** Where `npm run page` puts it. */
const builtPage = fileURLToPath(new URL('../../page/dist', import.meta.url));

/** The reading page, if it is to be served and was built: where it was not, the service goes on without it. */
export async function openPage(
  { page: { enabled } }: Pick<Config, 'page'>,
  logger: Logger,
  folder: string = builtPage,
): Promise<Page | undefined> {
  if (!enabled) return undefined;
  const page = await readPage(folder);
  if (page === undefined)
    logger.warn('the reading page was not built and is not served: npm run page builds it');
  return page;
}
