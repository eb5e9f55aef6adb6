import { lobarVersion } from '../analysis/algorithm.ts';
import type { Config } from '../config-schema.ts';
import { createLogger } from '../telemetry/log.ts';
import { buildApp } from './build-app.ts';
import { unopenedContext } from './unopened-context.ts';

/** The OpenAPI document of the routes, without opening a model, a PACS or a port. */
export async function describeApi(config: Config): Promise<object> {
  const app = await buildApp(unopenedContext(config), createLogger('silent'), lobarVersion);
  await app.ready();
  const document = app.swagger();
  await app.close();
  return document;
}
