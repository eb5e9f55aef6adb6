import { loadConfig, redactConfig } from '../config.ts';
import { exitCode } from '../errors.ts';
import { openService } from '../http/open-service.ts';
import { createLogger } from '../telemetry/log.ts';
import { type Command, textOption } from './command.ts';
import { endOnFailure } from './end-on-failure.ts';
import { untilSignal } from './until-signal.ts';

export const serveCommand: Command = {
  name: 'serve',
  summary: 'the service alone, against your PACS and EHR',
  help: `
Usage: lobar serve [--config <file>]

  --config <file>   YAML or JSON; LOBAR_* variables overrule it (http.port is LOBAR_HTTP_PORT).
                    lobar config check <file> tells every mistake without starting.

Logs are JSON lines on stderr. SIGTERM or Ctrl-C finishes what runs and ends with 0.`,
  options: { config: { type: 'string', short: 'c' } },

  async run(args, { environment }) {
    // From the first moment on: a signal while the models warm up must not be lost.
    const stopped = untilSignal();
    const config = await loadConfig({ file: textOption(args, 'config'), environment });
    const logger = createLogger(config.log.level);
    logger.info({ config: redactConfig(config) }, 'starting');
    if (Object.keys(config.pacs).length === 0)
      logger.warn('no PACS is configured: only uploads can be analysed');
    if (Object.keys(config.ehr).length === 0) logger.warn('no EHR is configured: nothing can be published');
    if (config.audit.fhir === undefined && !config.audit.log)
      logger.info('no audit is configured: what is read and published is recorded nowhere');
    const service = await openService(config, logger);
    endOnFailure(service.failed, (text) => logger.fatal(text.trim()));
    const { url, metricsUrl } = service;
    logger.info({ url, docs: `${url}/docs`, metrics: metricsUrl }, 'ready');

    logger.info({ signal: await stopped }, 'draining');
    await service.close();
    logger.info('ended');
    return exitCode.done;
  },
};
