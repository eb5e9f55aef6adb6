import { loadConfig } from '../config.ts';
import { exitCode } from '../errors.ts';
import { listModelPackages } from '../inference/model-packages.ts';
import { modelsFolderOf } from '../inference/shipped-models-folder.ts';
import { type Command, textOption } from './command.ts';

export const modelsCommand: Command = {
  name: 'models',
  summary: 'the model packages, and whether each verifies',
  help: `
Usage: lobar models [--config <file>] [--json]

  --config <file>   look in its inference.modelsFolder instead of the shipped packages
  --json            one JSON array

Ends with 2 if a package does not verify (manifest or sha256).`,
  options: { config: { type: 'string', short: 'c' }, json: { type: 'boolean' } },

  async run(args, { environment, out }) {
    const config = await loadConfig({ file: textOption(args, 'config'), environment });
    const packages = await listModelPackages(modelsFolderOf(config.inference));
    if (args.values['json'] === true) {
      out(`${JSON.stringify(packages, null, 2)}\n`);
    } else {
      for (const one of packages) {
        out(
          `${one.ok ? 'ok    ' : 'BROKEN'}  ${one.name} ${one.version ?? ''}  (${one.task ?? 'unknown task'})\n`,
        );
        if (one.problem !== undefined) out(`        ${one.problem}\n`);
        if (one.sha256 !== undefined) out(`        sha256 ${one.sha256}\n`);
        if (one.trainingData !== undefined) out(`        trained on: ${one.trainingData}\n`);
        if (one.intendedUse !== undefined) out(`        intended use: ${one.intendedUse}\n`);
      }
    }
    return packages.every(({ ok }) => ok) ? exitCode.done : exitCode.usage;
  },
};
