import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { analyze } from '../analysis/analyze.ts';
import { fileSource } from '../analysis/file-source.ts';
import { loadConfig } from '../config.ts';
import { exitCode, LobarError } from '../errors.ts';
import { noAuditTrail } from '../fhir/audit/open-audit-trail.ts';
import { openInferenceEngine } from '../inference/open-inference-engine.ts';
import { modelsFolderOf } from '../inference/shipped-models-folder.ts';
import { isUid } from '../uid.ts';
import { type Command, textOption } from './command.ts';
import { formatAnalysis } from './format-analysis.ts';
import { makeOutputFolder } from './make-output-folder.ts';
import { progressPrinter } from './progress-printer.ts';
import { withPipeline } from './with-pipeline.ts';
import { writeMasks } from './write-masks.ts';

export const analyzeCommand: Command = {
  name: 'analyze',
  summary: 'analyse DICOM files on disk, without a server',
  help: `
Usage: lobar analyze <folder|files...> [--json | --fhir] [--force] [--series <uid>] [--masks <folder>]
                     [--config <file>]

  --json            the Analysis as one JSON document
  --fhir            the FHIR Bundle that would be published
  --force           analyse a series that is not eligible anyway; says so in warnings
  --series <uid>    this series instead of the best one
  --masks <folder>  gets lobes, opacities, airways and vessels as NRRD files on the series' own grid, for 3D Slicer
  --config <file>   eligibility, inference and limits from there

A failure is told on stderr, with --json too; stdout is empty then.
Nothing is ever published. Exit codes: 0 done, 3 not eligible, 4 input unusable.`,
  options: {
    json: { type: 'boolean' },
    fhir: { type: 'boolean' },
    force: { type: 'boolean' },
    series: { type: 'string' },
    masks: { type: 'string' },
    config: { type: 'string', short: 'c' },
  },
  takesPositionals: true,

  async run(args, terminal) {
    if (args.positionals.length === 0) {
      throw new LobarError('usage-invalid', { problem: 'Name a folder or files', command: 'analyze' });
    }
    const uid = args.positionals.find((path) => isUid(path) && !existsSync(path));
    if (uid !== undefined) {
      const problem =
        'analyze takes files; a StudyInstanceUID goes to lobar inspect, or to POST /v1/analyses of lobar serve';
      throw new LobarError('usage-invalid', { problem, command: 'analyze' });
    }
    if (args.values['json'] === true && args.values['fhir'] === true) {
      throw new LobarError('usage-invalid', {
        problem: '--json and --fhir exclude each other',
        command: 'analyze',
      });
    }
    const config = await loadConfig({ file: textOption(args, 'config'), environment: terminal.environment });
    const masksFolder = textOption(args, 'masks');
    if (masksFolder !== undefined) await makeOutputFolder(masksFolder, '--masks', 'analyze');
    const source = await fileSource(args.positionals, config.limits);
    const openEngine = () =>
      openInferenceEngine(config.inference, { modelsFolder: modelsFolderOf(config.inference) });
    const setting = { openEngine, config, terminal, interruptedBy: ['SIGINT'] } as const;
    return await withPipeline(setting, async ({ engine, decodePool, signal }) => {
      const result = await analyze(
        {
          id: randomUUID(),
          source: async () => source,
          seriesUid: textOption(args, 'series'),
          force: args.values['force'] === true,
          keepMasks: masksFolder !== undefined,
        },
        // Nothing leaves this process, and there is no caller but the one who typed it.
        { engine, decodePool, config, audit: noAuditTrail },
        { signal, onProgress: progressPrinter(terminal) },
      );
      const { analysis, bundle } = result;
      if (masksFolder !== undefined) terminal.note(await writeMasks(result, masksFolder));
      if (args.values['json'] === true) terminal.out(asJson(analysis));
      else if (args.values['fhir'] !== true) terminal.out(formatAnalysis(analysis));
      else if (bundle !== undefined) terminal.out(asJson(bundle));
      else terminal.note(formatAnalysis(analysis));
      return analysis.outcome === 'ineligible' ? exitCode.ineligible : exitCode.done;
    });
  },
};

function asJson(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
