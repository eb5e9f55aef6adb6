import { lobarVersion } from '../analysis/algorithm.ts';
import { loadConfig } from '../config.ts';
import { exitCode, LobarError } from '../errors.ts';
import { evaluateCohort } from '../evaluation/evaluate-cohort.ts';
import type { Metrics } from '../evaluation/metrics.ts';
import { readCohort } from '../evaluation/read-cohort.ts';
import { openInferenceEngine } from '../inference/open-inference-engine.ts';
import { modelsFolderOf } from '../inference/shipped-models-folder.ts';
import { type Arguments, type Command, textOption } from './command.ts';
import { evaluationPrinter } from './evaluation-printer.ts';
import { formatMetrics } from './format-metrics.ts';
import { makeOutputFolder } from './make-output-folder.ts';
import { openCaseAnalyser } from './open-case-analyser.ts';
import { openPacsStudies } from './open-pacs-studies.ts';
import { withPipeline } from './with-pipeline.ts';

/** Of metrics.json too; a bootstrap with fewer is coarse, with more no better. */
const defaults = { resamples: 1000, seed: 1, level: 0.95 } as const;

export const evaluateCommand: Command = {
  name: 'evaluate',
  summary: 'measure the models on a cohort of studies with known answers',
  help: `
Usage: lobar evaluate <cohort.csv> --out <folder> [options]

  --out <folder>           gets cases/<id>.json, metrics.json and report.html; run again to go on where it ended
  --lobe-labels <n,...>    labels of RUL, RML, RLL, LUL, LLL in the masks of lobes; 1,2,3,4,5 by default
  --subgroups <name,...>   split the results by the values of these columns too
  --ignore <name,...>      columns that are there and not wanted
  --force                  analyse series that are not eligible too; their warnings say so
  --seed <n>               of the bootstrap, 1 by default
  --resamples <n>          of the bootstrap, 1000 by default
  --pacs <name>            the PACS that holds the StudyInstanceUIDs of the table; the first one by default
  --json                   metrics.json on stdout instead of a summary
  --config <file>          models, eligibility, inference, limits and PACS from there

The table: docs/EVALUATE.md. It has a header row and the column study (a folder or a StudyInstanceUID); it may have
id, patient, label, lungs, lobes, opacities (mask files: NRRD, NIfTI-1, DICOM SEG), sex, age, vendor.
Nothing is published. Exit codes: 0 all analysed, 3 some not eligible, 4 some failed; the figures are of the rest.`,
  options: {
    out: { type: 'string', short: 'o' },
    'lobe-labels': { type: 'string' },
    subgroups: { type: 'string' },
    ignore: { type: 'string' },
    force: { type: 'boolean' },
    seed: { type: 'string' },
    resamples: { type: 'string' },
    pacs: { type: 'string' },
    json: { type: 'boolean' },
    config: { type: 'string', short: 'c' },
  },
  takesPositionals: true,

  async run(args, terminal) {
    const [file, ...more] = args.positionals;
    const folder = textOption(args, 'out');
    if (file === undefined || more.length > 0) throw wrong('Name one cohort table');
    if (folder === undefined) throw wrong('Name a folder for the results with --out');
    const extraSubgroups = listOption(args, 'subgroups');
    const lobeLabels = lobeLabelsOf(args);
    const force = args.values['force'] === true;
    const bootstrap = {
      ...defaults,
      seed: countOption(args, 'seed', 0) ?? defaults.seed,
      resamples: countOption(args, 'resamples', 1) ?? defaults.resamples,
    };
    const config = await loadConfig({ file: textOption(args, 'config'), environment: terminal.environment });
    const hasPacs = Object.keys(config.pacs).length > 0;
    const pacsName = textOption(args, 'pacs');
    if (pacsName !== undefined && !hasPacs)
      throw wrong('--pacs names a PACS, but the configuration has none');
    const cohort = await readCohort(file, {
      subgroups: extraSubgroups,
      ignored: listOption(args, 'ignore'),
      hasPacs,
    });
    await makeOutputFolder(folder, '--out', 'evaluate');
    const pacs = hasPacs ? openPacsStudies(pacsName, config) : undefined;
    const openEngine = () =>
      openInferenceEngine(config.inference, { modelsFolder: modelsFolderOf(config.inference) });
    const setting = { openEngine, config, terminal, interruptedBy: ['SIGINT', 'SIGTERM'] } as const;
    return await withPipeline(setting, async ({ engine, decodePool, signal }) => {
      const metrics = await evaluateCohort(
        {
          cohort,
          folder,
          lobeLabels,
          extraSubgroups,
          force,
          eligibility: config.eligibility,
          bootstrap,
          lobar: lobarVersion,
          models: engine.models,
          parameters: engine.parameters,
          limits: config.limits,
        },
        openCaseAnalyser({ engine, decodePool, config, pacs, force }),
        { signal, ...evaluationPrinter(cohort.cases.length, terminal) },
      );
      terminal.out(
        args.values['json'] === true
          ? `${JSON.stringify(metrics, null, 2)}\n`
          : formatMetrics(metrics, folder),
      );
      return codeOf(metrics);
    }).finally(() => pacs?.close());
  },
};

function codeOf({ cohort }: Metrics): number {
  if (cohort.failed > 0) return exitCode.inputUnusable;
  return cohort.ineligible > 0 ? exitCode.ineligible : exitCode.done;
}

function wrong(problem: string): LobarError {
  return new LobarError('usage-invalid', { problem, command: 'evaluate' });
}

function listOption(args: Arguments, name: string): readonly string[] {
  const parts = (textOption(args, name) ?? '').split(',').map((part) => part.trim());
  return parts.filter((part) => part !== '');
}

function countOption(args: Arguments, name: string, least: number): number | undefined {
  const text = textOption(args, name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > 2 ** 31) {
    throw wrong(`--${name} takes a whole number from ${least} on`);
  }
  return value;
}

function lobeLabelsOf(args: Arguments): readonly number[] {
  if (textOption(args, 'lobe-labels') === undefined) return [1, 2, 3, 4, 5];
  const labels = listOption(args, 'lobe-labels').map(Number);
  const isLabel = (label: number) => Number.isInteger(label) && label > 0 && label <= 0xffff;
  if (labels.length !== 5 || new Set(labels).size !== 5 || !labels.every(isLabel)) {
    throw wrong('--lobe-labels takes five different labels, those of RUL, RML, RLL, LUL, LLL');
  }
  return labels;
}
