import { relative } from 'node:path';
import { exitCode, LobarError } from '../errors.ts';
import { type ModelTask, modelTasks } from '../inference/manifest.ts';
import { scaffoldPackage } from '../inference/scaffold-package.ts';
import { type Arguments, type Terminal, textOption } from './command.ts';
import { makeOutputFolder } from './make-output-folder.ts';

/** `lobar models init`: a package of an ONNX file, as far as the file tells. */
export async function initModel(from: string, args: Arguments, { out }: Terminal): Promise<number> {
  const outFolder = textOption(args, 'out');
  if (outFolder !== undefined) await makeOutputFolder(outFolder, '--out', 'models');
  const made = await scaffoldPackage({
    from,
    task: taskOf(textOption(args, 'task')),
    name: textOption(args, 'name'),
    out: outFolder,
  });
  const folder = relative('', made.folder) || '.';
  out(`${made.name} (${made.task}) in ${folder}: ${made.written.join(', ')}\n\n`);
  out('Taken from the file, or assumed; correct what is wrong:\n');
  for (const note of made.notes) out(`  ${note}\n`);
  out('\nTo be filled in, in manifest.json and CARD.md:\n');
  for (const { path, what } of made.open) out(`  ${path}: ${what}\n`);
  out(`\nThen: lobar models verify ${folder}\n`);
  return exitCode.done;
}

function taskOf(text: string | undefined): ModelTask | undefined {
  if (text === undefined) return undefined;
  const task = modelTasks.find((one) => one === text);
  if (task !== undefined) return task;
  const problem = `There is no task '${text}', only ${modelTasks.join(', ')}`;
  throw new LobarError('usage-invalid', { problem, command: 'models' });
}
