import { loadConfig } from '../config.ts';
import { exitCode, LobarError } from '../errors.ts';
import { listModelPackages, type ModelPackageReport } from '../inference/model-packages.ts';
import { modelsFolderOf } from '../inference/shipped-models-folder.ts';
import { type Arguments, type Command, type Terminal, textOption } from './command.ts';
import { initModel } from './models-init.ts';
import { tryModel } from './models-try.ts';
import { verifyModel } from './models-verify.ts';
import { plainLine } from './plain-text.ts';

type Action = (path: string, args: Arguments, terminal: Terminal) => Promise<number>;

/** Each with the options that it knows. */
const actions: Readonly<Record<string, { readonly run: Action; readonly options: readonly string[] }>> = {
  init: { run: initModel, options: ['task', 'name', 'out'] },
  verify: { run: verifyModel, options: ['json'] },
  try: { run: tryModel, options: ['out', 'study', 'config'] },
};

export const modelsCommand: Command = {
  name: 'models',
  summary: 'the model packages and whether each verifies; init, verify and try one of your own',
  help: `
Usage: lobar models [--config <file>] [--json]
       lobar models init <file.onnx|folder> [--task lungs-lobes|lungs|classifier|opacities] [--name <n>] [--out <folder>]
       lobar models verify <package folder> [--json]
       lobar models try <package folder> --out <folder> [--study <DICOM folder>] [--config <file>]

  --config <file>   look in its inference.modelsFolder instead of the shipped packages
  --json            one JSON array; of verify one object

init    writes manifest.json and the skeleton of CARD.md from what the ONNX file says; overwrites nothing
  --task <task>     what the network is for, where its shapes allow more than one task
  --name <name>     of the package; by default that of its folder or of the file
  --out <folder>    the package's folder; the file is copied there
verify  tells every mistake at once: manifest, card, checksum, graph against manifest, and a run on a made-up chest
try     runs it in the pipeline, beside the packages that the configuration names, and draws what it found
  --out <folder>    for slices.png and most-affected.png
  --study <folder>  a study of yours; by default the demo phantom, with the truth beside the numbers

Ends with 2 if a package does not verify, with 3 if the study is not eligible.`,
  options: {
    config: { type: 'string', short: 'c' },
    json: { type: 'boolean' },
    task: { type: 'string' },
    name: { type: 'string' },
    out: { type: 'string' },
    study: { type: 'string' },
  },
  takesPositionals: true,

  async run(args, terminal) {
    const [name, path, ...more] = args.positionals;
    if (name === undefined) {
      requireKnown(args, ['config', 'json'], '');
      return await listModels(args, terminal);
    }
    const action = actions[name];
    if (action === undefined) throw wrong(`There is no 'models ${name}', only init, verify and try`);
    if (path === undefined || more.length > 0) throw wrong(`'models ${name}' takes one path`);
    requireKnown(args, action.options, ` ${name}`);
    return await action.run(path, args, terminal);
  },
};

function requireKnown({ values }: Arguments, known: readonly string[], action: string): void {
  const unknown = Object.keys(values).find((option) => !known.includes(option));
  if (unknown !== undefined) throw wrong(`'models${action}' has no --${unknown}`);
}

function wrong(problem: string): LobarError {
  return new LobarError('usage-invalid', { problem, command: 'models' });
}

async function listModels(args: Arguments, { environment, out }: Terminal): Promise<number> {
  const config = await loadConfig({ file: textOption(args, 'config'), environment });
  const packages = await listModelPackages(modelsFolderOf(config.inference));
  if (args.values['json'] === true) {
    out(`${JSON.stringify(packages, null, 2)}\n`);
  } else {
    for (const one of packages) for (const line of listed(one)) out(`${plainLine(line)}\n`);
  }
  return packages.every(({ ok }) => ok) ? exitCode.done : exitCode.usage;
}

function listed(one: ModelPackageReport): readonly string[] {
  const { name, version = '', task = 'unknown task', problem, sha256, trainingData, intendedUse } = one;
  return [
    `${one.ok ? 'ok    ' : 'BROKEN'}  ${name} ${version}  (${task})`,
    ...(problem === undefined ? [] : [`        ${problem}`]),
    ...(sha256 === undefined ? [] : [`        sha256 ${sha256}`]),
    ...(one.variants ?? []).flatMap((variant) => [
      `        ${variant.precision} for ${variant.provider}: ${variant.file}, sha256 ${variant.sha256}`,
      `          ${variant.note}`,
    ]),
    ...(trainingData === undefined ? [] : [`        trained on: ${trainingData}`]),
    ...(intendedUse === undefined ? [] : [`        intended use: ${intendedUse}`]),
  ];
}
