import { request } from 'undici';
import type { Analysis } from '../analysis/analysis.ts';
import type { AnalysisStage } from '../analysis/analyze.ts';
import { checkConfig, loadConfig } from '../config.ts';
import type { Config } from '../config-schema.ts';
import { exitCode, LobarError } from '../errors.ts';
import { openService } from '../http/open-service.ts';
import type { Problem } from '../http/problem.ts';
import { demoStudy } from '../sandbox/demo-study.ts';
import { createLogger } from '../telemetry/log.ts';
import { type Command, type Terminal, textOption } from './command.ts';
import { formatAnalysis } from './format-analysis.ts';
import { openSandbox, type Sandbox, sandboxPatientSystem } from './open-sandbox.ts';
import { progressPrinter } from './progress-printer.ts';
import { readEvents } from './read-events.ts';
import { untilSignal } from './until-signal.ts';

export const demoCommand: Command = {
  name: 'demo',
  summary: 'embedded PACS, embedded EHR and Lobar, with one analysis to see',
  help: `
Usage: lobar demo [--study <folder>] [--once] [--json]

  --study <folder>   your own DICOM files in the embedded PACS, instead of the demo phantom
  --once             end after the analysis instead of staying up
  --json             the Analysis as one JSON document on stdout

Everything listens on loopback ports. LOBAR_* variables overrule settings, LOBAR_HTTP_PORT for instance.
Exit codes: 0 done, 3 not eligible, 4 input unusable, 5 upstream failed.`,
  options: { study: { type: 'string' }, once: { type: 'boolean' }, json: { type: 'boolean' } },

  async run(args, terminal) {
    if (args.positionals.length > 0) {
      throw new LobarError('usage-invalid', {
        problem: `Unexpected '${args.positionals[0]}'`,
        command: 'demo',
      });
    }
    const folder = textOption(args, 'study');
    const settings = await loadConfig({
      environment: { LOBAR_HTTP_PORT: '0', LOBAR_LOG_LEVEL: 'error', ...terminal.environment },
    });
    terminal.note(
      'Starting the embedded PACS, the embedded EHR and Lobar (models are verified and warmed) ...\n',
    );
    const sandbox = await openSandbox({ folder }, settings.limits);
    const config = withSandbox(settings, sandbox);
    const service = await openService(config, createLogger(config.log.level)).catch(
      async (error: unknown) => {
        await sandbox.close();
        throw error;
      },
    );
    const closeAll = async () => {
      await service.close();
      await sandbox.close();
    };
    try {
      terminal.note(`  PACS   ${sandbox.pacsUrl}\n  EHR    ${sandbox.ehrUrl}\n  Lobar  ${service.url}\n\n`);
      let code: number = exitCode.done;
      for (const study of sandbox.studyUids) {
        const one = await analyzeOverHttp(service.url, study, terminal);
        code = Math.max(code, tell(one, folder === undefined, args.values['json'] === true, terminal));
        if (one.kind === 'analysis') tellAddresses(one.analysis, service.url, sandbox, terminal);
      }
      if (args.values['once'] === true) return code;
      terminal.note('Everything stays up. Ctrl-C ends it.\n');
      await untilSignal();
      return code;
    } finally {
      await closeAll();
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
  });
}

/** Asks as any client would, over HTTP, and shows the progress events. */
async function analyzeOverHttp(url: string, study: string, terminal: Terminal): Promise<Outcome> {
  terminal.note(`POST ${url}/v1/analyses { "study": "${study}" }\n`);
  const answer = await request(`${url}/v1/analyses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ study }),
    bodyTimeout: 0,
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
    note(`${outcome.problem.code}: ${outcome.problem.detail}\n`);
    return exitCodeOf(outcome.problem);
  }
  const page = formatAnalysis(outcome.analysis, isDemoStudy ? demoStudy.truth : undefined);
  if (asJson) out(`${JSON.stringify(outcome.analysis, null, 2)}\n`);
  (asJson ? note : out)(page);
  return outcome.analysis.outcome === 'ineligible' ? exitCode.ineligible : exitCode.done;
}

function exitCodeOf({ status, code }: Problem): number {
  if (status >= 502) return exitCode.upstreamFailed;
  return code === 'internal' ? exitCode.internal : exitCode.inputUnusable;
}

function tellAddresses({ published }: Analysis, url: string, { ehrUrl }: Sandbox, { note }: Terminal): void {
  note(`\n  Look at  ${url}/docs\n`);
  if (published !== undefined) note(`           ${ehrUrl}/${published.report}\n`);
  note('\n');
}
