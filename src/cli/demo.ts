import type { Analysis } from '../analysis/analysis.ts';
import { analyzeRemotely, type RemoteOutcome } from '../client/analyze-remotely.ts';
import { openServiceClient } from '../client/open-service-client.ts';
import { checkConfig, loadConfig } from '../config.ts';
import type { Config } from '../config-schema.ts';
import { LobarError } from '../errors.ts';
import { openService } from '../http/open-service.ts';
import { unrestricted } from '../outbound/open-agent.ts';
import { demoStudy } from '../sandbox/demo-study.ts';
import { createLogger } from '../telemetry/log.ts';
import { type Command, type Terminal, textOption } from './command.ts';
import { endOnFailure } from './end-on-failure.ts';
import { endOnUncaught } from './end-on-uncaught.ts';
import { formatAnalysis } from './format-analysis.ts';
import { openSandbox, type Sandbox, sandboxPatientSystem } from './open-sandbox.ts';
import { progressPrinter } from './progress-printer.ts';
import { tellOutcome } from './tell-outcome.ts';
import { untilSignal } from './until-signal.ts';

export const demoCommand: Command = {
  name: 'demo',
  summary: 'embedded PACS, embedded EHR and Lobar, with one analysis to see',
  help: `
Usage: lobar demo [--study <folder>] [--once] [--json]

  --study <folder>   your own DICOM files in the embedded PACS, instead of the demo phantom;
                     whoever sends to that PACS (STOW-RS) writes into this folder
  --once             end after the analysis instead of staying up
  --json             the Analysis as one JSON document on stdout

Everything listens on loopback ports. LOBAR_* variables overrule settings, LOBAR_HTTP_PORT for instance.
Exit codes: 0 done, 3 not eligible, 4 input unusable, 5 upstream failed.`,
  options: { study: { type: 'string' }, once: { type: 'boolean' }, json: { type: 'boolean' } },

  async run(args, terminal) {
    const folder = textOption(args, 'study');
    const asJson = args.values['json'] === true;
    endOnUncaught(({ error }) => terminal.note(`An error that nobody caught; the process ends.\n${error}\n`));
    // Before anything is opened, so that Ctrl-C always cleans up.
    const stopped = untilSignal();
    const cancel = new AbortController();
    void stopped.then(() => cancel.abort());

    const settings = await loadConfig({
      environment: { LOBAR_HTTP_PORT: '0', LOBAR_LOG_LEVEL: 'error', ...terminal.environment },
    });
    terminal.note(
      'Starting the embedded PACS, the embedded EHR and Lobar (models are verified and warmed) ...\n',
    );
    const sandbox = await openSandbox({ folder }, settings.limits);
    try {
      const studies = sandbox.studyUids;
      if (asJson && studies.length > 1) throw new LobarError('several-studies', { count: studies.length });
      const config = withSandbox(settings, sandbox);
      const service = await openService(config, createLogger(config.log.level, config.log.format));
      endOnFailure(service.failed, terminal.note);
      try {
        terminal.note(`  PACS   ${sandbox.pacsUrl}\n  EHR    ${sandbox.ehrUrl}\n  Lobar  ${service.url}\n\n`);
        const codes: number[] = [];
        for (const study of studies) {
          const outcome = await analyzeOverHttp(service.url, study, terminal, cancel.signal);
          const truth = folder === undefined ? demoStudy.truth : undefined;
          codes.push(tellOutcome(outcome, asJson ? 'json' : 'text', terminal, truth));
          if (outcome.kind === 'problem') continue;
          if (asJson) terminal.note(formatAnalysis(outcome.analysis, truth));
          tellAddresses(outcome.analysis, service.url, { sandbox, config, terminal });
        }
        if (args.values['once'] !== true) {
          terminal.note('Everything stays up. Ctrl-C ends it.\n');
          await stopped;
        }
        return Math.max(...codes);
      } finally {
        await service.close();
      }
    } finally {
      await sandbox.close();
    }
  },
};

function withSandbox(settings: Config, { pacsUrl, ehrUrl }: Sandbox): Config {
  return checkConfig({
    ...settings,
    pacs: { sandbox: { url: pacsUrl } },
    ehr: { sandbox: { url: ehrUrl, patientIdentifierSystem: sandboxPatientSystem } },
    // It asks itself, without credentials, so it stays on loopback.
    auth: {},
    // Of the site's proxies none leads to this process.
    proxy: {},
  });
}

/** Asks as any client would, over HTTP, and shows the progress events. */
async function analyzeOverHttp(
  url: string,
  study: string,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<RemoteOutcome> {
  terminal.note(`POST ${url}/v1/analyses { "study": "${study}" }\n`);
  const client = openServiceClient({ url, tls: { insecure: false }, outbound: unrestricted });
  try {
    const onProgress = progressPrinter(terminal);
    return await analyzeRemotely(
      client,
      { study },
      { signal, onProgress: ({ stage, fraction }) => onProgress(stage, fraction) },
    );
  } finally {
    await client.close();
  }
}

interface Surroundings {
  readonly sandbox: Sandbox;
  readonly config: Config;
  readonly terminal: Terminal;
}

function tellAddresses({ published }: Analysis, url: string, { sandbox, config, terminal }: Surroundings) {
  const places = [
    ...(config.page.enabled ? [`${url}/  the reading page`] : []),
    `${url}/docs  the API`,
    ...(published === undefined ? [] : [`${sandbox.ehrUrl}/${published.report}  the report in the EHR`]),
  ];
  terminal.note(`\n  Look at  ${places.join('\n           ')}\n\n`);
}
