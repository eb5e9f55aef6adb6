import { request } from 'undici';
import type { Analysis } from '../analysis/analysis.ts';
import type { AnalysisStage } from '../analysis/analyze.ts';
import { checkConfig, loadConfig } from '../config.ts';
import type { Config } from '../config-schema.ts';
import { errorTable, exitCode, LobarError } from '../errors.ts';
import { openService } from '../http/open-service.ts';
import type { Problem } from '../http/problem.ts';
import { demoStudy } from '../sandbox/demo-study.ts';
import { createLogger } from '../telemetry/log.ts';
import { type Command, type Terminal, textOption } from './command.ts';
import { endOnFailure } from './end-on-failure.ts';
import { endOnUncaught } from './end-on-uncaught.ts';
import { formatAnalysis } from './format-analysis.ts';
import { openSandbox, type Sandbox, sandboxPatientSystem } from './open-sandbox.ts';
import { plainLines } from './plain-text.ts';
import { progressPrinter } from './progress-printer.ts';
import { readEvents } from './read-events.ts';
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
          codes.push(tell(outcome, folder === undefined, asJson, terminal));
          if (outcome.kind === 'analysis') tellAddresses(outcome.analysis, service.url, sandbox, terminal);
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

type Outcome =
  | { readonly kind: 'analysis'; readonly analysis: Analysis }
  | { readonly kind: 'problem'; readonly problem: Problem };

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
): Promise<Outcome> {
  terminal.note(`POST ${url}/v1/analyses { "study": "${study}" }\n`);
  const answer = await request(`${url}/v1/analyses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ study }),
    bodyTimeout: 0,
    signal,
  });
  if (answer.statusCode !== 200) return { kind: 'problem', problem: (await answer.body.json()) as Problem };
  const onProgress = progressPrinter(terminal);
  for await (const { event, data } of readEvents(answer.body)) {
    if (event === 'progress') {
      const { stage, fraction } = data as { stage: AnalysisStage; fraction: number };
      onProgress(stage, fraction);
    } else if (event === 'analysis') {
      return { kind: 'analysis', analysis: data as Analysis };
    } else if (event === 'problem') {
      return { kind: 'problem', problem: data as Problem };
    }
  }
  throw new LobarError('internal', {});
}

function tell(outcome: Outcome, isDemoStudy: boolean, asJson: boolean, { out, note }: Terminal): number {
  if (outcome.kind === 'problem') {
    note(`${plainLines(`${outcome.problem.code}: ${outcome.problem.detail}`)}\n`);
    return errorTable[outcome.problem.code].exit;
  }
  const page = formatAnalysis(outcome.analysis, isDemoStudy ? demoStudy.truth : undefined);
  if (asJson) out(`${JSON.stringify(outcome.analysis, null, 2)}\n`);
  (asJson ? note : out)(page);
  return outcome.analysis.outcome === 'ineligible' ? exitCode.ineligible : exitCode.done;
}

function tellAddresses({ published }: Analysis, url: string, { ehrUrl }: Sandbox, { note }: Terminal): void {
  note(`\n  Look at  ${url}/docs\n`);
  if (published !== undefined) note(`           ${ehrUrl}/${published.report}\n`);
  note('\n');
}
