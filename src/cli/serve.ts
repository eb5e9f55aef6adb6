import { loadConfig, redactConfig } from '../config.ts';
import { exitCode, LobarError } from '../errors.ts';
import { openService } from '../http/open-service.ts';
import { createLogger } from '../telemetry/log.ts';
import { type Command, textOption } from './command.ts';
import { untilSignal } from './until-signal.ts';

export const serveCommand: Command = {
  name: 'serve',
  summary: 'the service alone, against your PACS and EHR',
  help: `
Usage: lobar serve --config <file>

  --config <file>   YAML or JSON; LOBAR_* variables overrule it (http.port is LOBAR_HTTP_PORT).
                    lobar config check <file> tells every mistake without starting.

Logs are JSON lines on stderr. SIGTERM or Ctrl-C finishes what runs and ends with 0.`,
  options: { config: { type: 'string', short: 'c' } },

  async run(args, { environment }) {
    if (args.positionals.length > 0) {
      throw new LobarError('usage-invalid', {
        problem: `Unexpected '${args.positionals[0]}'`,
        command: 'serve',
      });
    }
    const config = await loadConfig({ file: textOption(args, 'config'), environment });
    const logger = createLogger(config.log.level);
    logger.info({ config: redactConfig(config) }, 'starting');
    const service = await openService(config, logger);
    logger.info({ url: service.url, docs: `${service.url}/docs` }, 'ready');

    const ended = await Promise.race([untilSignal(), service.failed]);
    if (ended instanceof Error) {
      logger.fatal({ problem: ended.message }, 'the inference worker died, ending');
      // process.exit would wait for a native run that may never end; the platform starts a fresh process.
      process.kill(process.pid, 'SIGKILL');
    }
    logger.info({ signal: ended }, 'draining');
    await service.close();
    logger.info('ended');
    return exitCode.done;
  },
};
