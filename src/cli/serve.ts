import { loadConfig, redactConfig } from '../config.ts';
import { isLoopback } from '../config-auth.ts';
import { exitCode, stackFrames } from '../errors.ts';
import { openService } from '../http/open-service.ts';
import { createLogger } from '../telemetry/log.ts';
import { type Command, textOption } from './command.ts';
import { endOnFailure } from './end-on-failure.ts';
import { endOnUncaught } from './end-on-uncaught.ts';
import { switchLevelOnSignal } from './level-on-signal.ts';
import { logWarnings } from './log-warnings.ts';
import { untilSignal } from './until-signal.ts';

export const serveCommand: Command = {
  name: 'serve',
  summary: 'the service alone, against your PACS and EHR',
  help: `
Usage: lobar serve [--config <file>]

  --config <file>   YAML or JSON; LOBAR_* variables overrule it (http.port is LOBAR_HTTP_PORT).
                    lobar config check <file> tells every mistake without starting.

Logs are JSON lines on stderr, on a terminal pretty ones (log.format). SIGUSR2 switches their level to debug (from
debug to trace), once more back to log.level; a request that runs keeps the level it began with.
SIGTERM or Ctrl-C takes no new work, finishes what is here within limits.drainSeconds and ends with 0; the same signal
once more ends at once. An error that nobody caught ends the process at once.`,
  options: { config: { type: 'string', short: 'c' } },

  async run(args, { environment }) {
    // From the first moment on: a signal while the models warm up must not be lost.
    const stopped = untilSignal();
    const config = await loadConfig({ file: textOption(args, 'config'), environment });
    const logger = createLogger(config.log.level, config.log.format);
    endOnUncaught((uncaught) => logger.fatal(uncaught, 'an error that nobody caught: the process ends'));
    logWarnings(logger);
    const levels = switchLevelOnSignal(logger);
    logger.info({ config: redactConfig(config) }, 'starting');
    if (Object.keys(config.pacs).length === 0)
      logger.warn('no PACS is configured: only uploads can be analysed');
    if (Object.keys(config.ehr).length === 0) logger.warn('no EHR is configured: nothing can be published');
    if (config.audit.fhir === undefined && !config.audit.log)
      logger.info('no audit is configured: what is read and published is recorded nowhere');
    if (config.auth.oidc !== undefined && config.http.tls === undefined && !isLoopback(config.http.host))
      logger.warn(
        'access tokens come in the clear (http.tls is not set): let a proxy beside this process end TLS',
      );
    const service = await openService(config, logger);
    levels.include(service.app.log);
    endOnFailure(service.failed, (text, { cause }) =>
      logger.fatal(cause === undefined ? {} : { cause: stackFrames(cause) }, text.trim()),
    );
    const { url, metricsUrl } = service;
    logger.info({ url, docs: `${url}/docs`, metrics: metricsUrl }, 'ready');

    logger.info({ signal: await stopped }, 'draining');
    await service.close();
    logger.info('ended');
    return exitCode.done;
  },
};
