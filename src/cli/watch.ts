import { lobarVersion } from '../analysis/algorithm.ts';
import { loadConfig, redactConfig } from '../config.ts';
import { configFormats } from '../config-formats.ts';
import type { Config } from '../config-schema.ts';
import type { PacsClient } from '../dicomweb/open-pacs.ts';
import { exitCode, LobarError } from '../errors.ts';
import { openMetricsServer } from '../http/open-metrics-server.ts';
import { createLogger, type Logger } from '../telemetry/log.ts';
import { openWatchMetrics } from '../telemetry/watch-metrics.ts';
import { isUid } from '../uid.ts';
import { lookOnce } from '../watch/look-once.ts';
import { openRounds } from '../watch/open-rounds.ts';
import { openPulse } from '../watch/pulse.ts';
import { rulesOf } from '../watch/rules.ts';
import { tellRounds } from '../watch/tell-rounds.ts';
import { watchPacs } from '../watch/watch-pacs.ts';
import { type Arguments, type Command, type Terminal, textOption } from './command.ts';
import { endOnUncaught } from './end-on-uncaught.ts';
import { explainStudy } from './explain-study.ts';
import { formatPreviews } from './format-watch.ts';
import { switchLevelOnSignal } from './level-on-signal.ts';
import { logWarnings } from './log-warnings.ts';
import { openConfiguredPacs } from './open-configured-pacs.ts';
import { untilSignal } from './until-signal.ts';
import { openWatchTarget, planWatch } from './watch-target.ts';

export const watchCommand: Command = {
  name: 'watch',
  summary: 'have new chest CTs analysed by themselves: looks into the PACS again and again',
  help: `
Usage: lobar watch [--config <file>] [--server <url>] [--once]
       lobar watch [--config <file>] --dry-run [--json]
       lobar watch [--config <file>] --explain <StudyInstanceUID> [--json]

  --config <file>   watch: the rules, the PACS, where to publish; queue.url: where studies are enqueued
  --server <url>    tell this Lobar service of each study instead (POST /v1/events/study-stable); for it
                    --token-file <file>, --ca <file>, --cert <file> and --key <file> as of lobar analyze
  --once            end when every study that is there now is decided: after watch.stableMinutes at the earliest
  --dry-run         one look: what would be enqueued, what not and why. Enqueues nothing
  --explain <uid>   one study: what each rule says of it, and what an analysis would
  --json            the answer as one JSON document

Each study is enqueued once, however often it is seen. A PACS or queue that is down is waited for. Logs are JSON lines
on stderr; metrics and /health/live are on metrics.port, where it is set. SIGTERM or Ctrl-C ends it with 0.
Exit codes: 0 done, 2 usage or configuration, 5 the PACS or queue failed (--once, --dry-run, --explain);
of --explain also 3 it would not be analysed, 4 there is no such study.`,
  options: {
    config: { type: 'string', short: 'c' },
    server: { type: 'string' },
    'token-file': { type: 'string' },
    ca: { type: 'string' },
    cert: { type: 'string' },
    key: { type: 'string' },
    once: { type: 'boolean' },
    'dry-run': { type: 'boolean' },
    explain: { type: 'string' },
    json: { type: 'boolean' },
  },

  async run(args, terminal) {
    checkUsage(args);
    const config = await loadConfig({ file: textOption(args, 'config'), environment: terminal.environment });
    const study = textOption(args, 'explain');
    if (study === undefined && args.values['dry-run'] !== true) return await watch(args, config);
    const json = args.values['json'] === true;
    const cancel = new AbortController();
    const interrupt = () => cancel.abort();
    process.once('SIGINT', interrupt);
    const pacs = openConfiguredPacs(config.watch.pacs, config);
    try {
      const { signal } = cancel;
      if (study !== undefined) return await explainStudy(pacs, study, config, terminal, { json, signal });
      return await preview(pacs, config, terminal, { json, signal });
    } finally {
      process.off('SIGINT', interrupt);
      await pacs.close();
    }
  },
};

function checkUsage({ values }: Arguments): void {
  const wrong = (problem: string) => new LobarError('usage-invalid', { problem, command: 'watch' });
  const { server, explain, once, json, cert, key } = values;
  const dryRun = values['dry-run'];
  if (explain !== undefined && !isUid(String(explain))) throw wrong('--explain takes a StudyInstanceUID');
  if (explain !== undefined && (dryRun !== undefined || once !== undefined)) {
    throw wrong('--explain is of one study: leave --dry-run and --once out');
  }
  if (json === true && explain === undefined && dryRun === undefined) {
    throw wrong('--json goes with --dry-run or --explain');
  }
  if (server !== undefined && !configFormats['http-url']?.test(String(server))) {
    throw wrong('--server takes an http or https URL without credentials, query or fragment');
  }
  if ((cert === undefined) !== (key === undefined)) throw wrong('--cert and --key go together');
}

async function preview(
  pacs: PacsClient,
  config: Config,
  { out }: Terminal,
  { json, signal }: { readonly json: boolean; readonly signal: AbortSignal },
): Promise<number> {
  const previews = await lookOnce(pacs, rulesOf(config), signal);
  out(json ? `${JSON.stringify({ studies: previews }, null, 2)}\n` : formatPreviews(previews));
  return exitCode.done;
}

async function watch(args: Arguments, config: Config): Promise<number> {
  const stop = new AbortController();
  const { signal } = stop;
  void untilSignal().then(() => stop.abort(new LobarError('cancelled', {})));
  const plan = planWatch(args, config);
  const logger = openLog(config);
  const metrics = openWatchMetrics({ version: lobarVersion, ofProcess: config.metrics.port !== undefined });
  const pacs = openConfiguredPacs(config.watch.pacs, config, { ...config, observe: metrics.exchanged });
  const closers: { close(): unknown }[] = [metrics, pacs];
  try {
    const target = await openWatchTarget(plan, args, config, { pacs: pacs.name, signal, logger });
    closers.push(target);
    const { queue } = target;
    if (queue !== undefined) metrics.watchQueue(queue);
    const { pollSeconds } = config.watch;
    const timeouts = config.pacs[pacs.name]?.timeouts;
    // Three looks, and what one request may take.
    const pulse = openPulse(1000 * (3 * pollSeconds + (timeouts?.total ?? 0)));
    const { host, port } = config.metrics;
    const server =
      port === undefined ? undefined : await openMetricsServer({ host, port }, metrics, pulse.alive);
    if (server !== undefined) closers.push(server);
    const tell = tellRounds(logger, pacs.name);
    const look = openRounds({
      pacs,
      rules: rulesOf(config),
      enqueue: target.enqueue,
      decided: metrics.studyDecided,
      turned: pulse.turned,
      now: Date.now,
      ...(queue === undefined ? {} : { queueWasAway: queue.wasAway }),
    });
    logger.info({ pacs: pacs.name, metrics: server?.url }, `watching; studies go to ${target.name}`);
    await watchPacs(look, {
      pollSeconds,
      once: args.values['once'] === true,
      pulse,
      looked(went) {
        metrics.polled(went instanceof LobarError ? 'wrong' : 'well');
        tell(went);
      },
      signal,
    });
    logger.info('ended');
    return exitCode.done;
  } finally {
    for (const one of closers.reverse()) await one.close();
  }
}

function openLog(config: Config): Logger {
  const logger = createLogger(config.log.level, config.log.format);
  endOnUncaught((uncaught) => logger.fatal(uncaught, 'an error that nobody caught: the process ends'));
  logWarnings(logger);
  switchLevelOnSignal(logger);
  logger.info({ config: redactConfig(config) }, 'starting');
  return logger;
}
