import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { analyze } from '../analysis/analyze.ts';
import { fileSource } from '../analysis/file-source.ts';
import { loadConfig } from '../config.ts';
import { languages } from '../config-report.ts';
import { exitCode, LobarError } from '../errors.ts';
import { noAuditTrail } from '../fhir/audit/open-audit-trail.ts';
import { openInferenceEngine } from '../inference/open-inference-engine.ts';
import { modelsFolderOf } from '../inference/shipped-models-folder.ts';
import { isUid } from '../uid.ts';
import { analyzeOnServer, defaultWait, serverOptions } from './analyze-on-server.ts';
import { type Command, textOption } from './command.ts';
import { formatAnalysis } from './format-analysis.ts';
import { makeOutputFolder } from './make-output-folder.ts';
import { progressPrinter } from './progress-printer.ts';
import { reportWish } from './report-wish.ts';
import { withPipeline } from './with-pipeline.ts';
import { writeMasks } from './write-masks.ts';
import { writeReport } from './write-report.ts';

export const analyzeCommand: Command = {
  name: 'analyze',
  summary: 'analyse DICOM files on disk, or a study of the PACS on a server',
  help: `
Usage: lobar analyze <folder|files...> [--json | --fhir] [--force] [--series <uid>] [--masks <folder>]
                     [--config <file>]
       lobar analyze --server <url> --study <uid> [options]
Either with [--report <folder> [--language <code>]]

  --json            the Analysis as one JSON document
  --fhir            the FHIR Bundle that would be published
  --force           analyse a series that is not eligible anyway; says so in warnings
  --series <uid>    this series instead of the best one
  --masks <folder>  gets lobes, opacities, airways and vessels as NRRD files on the series' own grid, for 3D Slicer
  --report <folder> gets the report: PDF, HTML, pictures, DICOM objects, and CT, lobes and opacities as NIfTI
  --language <code> of the report: ${languages.join(', ')}; by default that of the configuration
  --config <file>   eligibility, inference and limits from there; with --server, proxies

Of files nothing is ever published. On a server:
  --server <url>    a running Lobar, which fetches the study from its PACS
  --study <uid>     its StudyInstanceUID
  --publish <what>  true: to the EHR. false: findings only. dry-run (the default here): build the Bundle
                    against the EHR, write nothing
  --pacs <name>, --ehr <name>   of the server's configuration; its first ones by default
  --accession <text>            overrules that of the images
  --urgent          before what waits there
  --wait <seconds>  for a server that is full or busy, ${defaultWait} by default; 0 gives up at once
  --token-file <file>           a bearer token
  --ca <file>       PEM, to be trusted instead of the system's authorities
  --cert <file> --key <file>    PEM, for a server that asks for a client certificate
Ctrl-C cancels it there too.

A failure is told on stderr, with --json too; stdout is empty then.
Exit codes: 0 done, 1 internal error or cancelled, 2 usage, 3 not eligible, 4 input unusable, 5 PACS, EHR or server
failed.`,
  options: {
    json: { type: 'boolean' },
    fhir: { type: 'boolean' },
    force: { type: 'boolean' },
    series: { type: 'string' },
    masks: { type: 'string' },
    report: { type: 'string' },
    language: { type: 'string' },
    config: { type: 'string', short: 'c' },
    ...serverOptions,
  },
  takesPositionals: true,

  async run(args, terminal) {
    if (args.values['json'] === true && args.values['fhir'] === true) {
      throw wrong('--json and --fhir exclude each other');
    }
    const wish = reportWish(args);
    if (args.values['server'] !== undefined) return await analyzeOnServer(args, terminal);
    const ofServer = Object.keys(serverOptions).find((name) => args.values[name] !== undefined);
    if (ofServer !== undefined) throw wrong(`--${ofServer} goes with --server`);
    if (args.positionals.length === 0) throw wrong('Name a folder or files, or a --server');
    const uid = args.positionals.find((path) => isUid(path) && !existsSync(path));
    if (uid !== undefined) {
      throw wrong(
        'A StudyInstanceUID goes with a server, as --server <url> --study <uid>, or to lobar inspect',
      );
    }
    const config = await loadConfig({ file: textOption(args, 'config'), environment: terminal.environment });
    const masksFolder = textOption(args, 'masks');
    if (masksFolder !== undefined) await makeOutputFolder(masksFolder, '--masks', 'analyze');
    if (wish !== undefined) await makeOutputFolder(wish.folder, '--report', 'analyze');
    const source = await fileSource(args.positionals, config.limits);
    const openEngine = () =>
      openInferenceEngine(config.inference, { modelsFolder: modelsFolderOf(config.inference) });
    const reports = wish !== undefined;
    const setting = { openEngine, config, terminal, interruptedBy: ['SIGINT'], reports } as const;
    return await withPipeline(setting, async ({ engine, decodePool, reporter, signal }) => {
      const result = await analyze(
        {
          id: randomUUID(),
          source: async () => source,
          seriesUid: textOption(args, 'series'),
          force: args.values['force'] === true,
          keepMasks: masksFolder !== undefined,
          ...wish?.request,
        },
        // Nothing leaves this process, and there is no caller but the one who typed it.
        { engine, decodePool, reporter, config, audit: noAuditTrail },
        { signal, onProgress: progressPrinter(terminal) },
      );
      const { analysis, bundle } = result;
      if (masksFolder !== undefined) terminal.note(await writeMasks(result, masksFolder));
      if (wish !== undefined) {
        const { documents = [], pictures = [] } = result;
        terminal.note(await writeReport(documents, pictures, wish.folder));
      }
      if (args.values['json'] === true) terminal.out(asJson(analysis));
      else if (args.values['fhir'] !== true) terminal.out(formatAnalysis(analysis));
      else if (bundle !== undefined) terminal.out(asJson(bundle));
      else terminal.note(formatAnalysis(analysis));
      return analysis.outcome === 'ineligible' ? exitCode.ineligible : exitCode.done;
    });
  },
};

function wrong(problem: string): LobarError {
  return new LobarError('usage-invalid', { problem, command: 'analyze' });
}

function asJson(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
