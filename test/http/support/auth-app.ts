import { checkConfig } from '../../../src/config.ts';
import { openAuthentication } from '../../../src/http/auth/open-authentication.ts';
import { buildApp } from '../../../src/http/build-app.ts';
import { openServingTls } from '../../../src/http/serving-tls.ts';
import { unopenedContext } from '../../../src/http/unopened-context.ts';
import { keptLog } from '../../fhir/audit/audit-fixture.ts';
import type { Cleanup } from './token-issuer.ts';

/**
 * The application as it listens, with its real authentication, but without models, PACS and EHR: who was let in
 * reads an empty list of models, and is told that there is no PACS.
 */
export async function openAuthApp(t: Cleanup, settings: object) {
  const config = checkConfig({ http: { port: 0 }, ...settings });
  const log = keptLog();
  const authentication = openAuthentication(config, log.logger);
  const serverFactory = openServingTls(config, log.logger);
  const app = await buildApp(
    { ...unopenedContext(config), authentication, serverFactory },
    log.logger,
    '0.0.0',
  );
  const listening = await app.listen({ host: '127.0.0.1', port: 0 });
  t.after(async () => {
    await app.close();
    await authentication.close();
  });
  return { app, log, url: serverFactory === undefined ? listening : listening.replace('http:', 'https:') };
}
