import { constants } from 'node:fs';
import { copyFile, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { LobarError } from '../errors.ts';
import { draftCard } from './draft-card.ts';
import { type DraftFacts, draftInput, draftManifest } from './draft-manifest.ts';
import { type OpenField, openFields } from './fill-in.ts';
import { type GraphPorts, graphPorts, unusablePorts } from './graph-ports.ts';
import { guessTask, possibleTasks } from './guess-task.ts';
import { inspectModelFile } from './inspect-model-file.ts';
import { type ModelTask, packageName } from './manifest.ts';
import { mostNumbers, numbersOf, type ObservedAnswers, observeAnswers } from './observe-answers.ts';
import { openQuietly } from './open-quietly.ts';
import { runtimeMessage } from './runtime-message.ts';
import { weightsOutside } from './verify-network-file.ts';

export interface ScaffoldRequest {
  /** An ONNX file, or a folder that holds exactly one. */
  readonly from: string;
  /** What the network is for; by default what its shapes allow, where that is one task. */
  readonly task?: ModelTask | undefined;
  /** Of the package; by default that of its folder, or of the file. */
  readonly name?: string | undefined;
  /** The package's folder; by default the folder given, or one of its name beside the file. */
  readonly out?: string | undefined;
}

export interface Scaffold {
  readonly folder: string;
  readonly name: string;
  readonly task: ModelTask;
  /** Files that were written. */
  readonly written: readonly string[];
  /** What a human still has to write into manifest.json. */
  readonly open: readonly OpenField[];
  /** What was assumed or seen, for a human to check. */
  readonly notes: readonly string[];
}

/**
 * Makes a model package of an ONNX file: a manifest from what its graph says and one run shows, and the skeleton
 * of a card. What is there is never overwritten.
 *
 * @throws LobarError `usage-invalid`, with what to do
 */
export async function scaffoldPackage(request: ScaffoldRequest): Promise<Scaffold> {
  const source = await sourceFile(request.from);
  const { folder, name } = destination(request, source);
  if (await isThere(join(folder, 'manifest.json'))) {
    throw wrong('The folder has a manifest.json already, and nothing is overwritten');
  }
  const { sha256, weightsOutside: outside } = await inspectModelFile(source);
  if (outside) throw wrong(weightsOutside(basename(source)));
  const { task, ports, observed, notes } = await readGraph(source, request.task);
  const file = basename(source);
  const manifest = draftManifest({ name, task, file, sha256, ports, ...answers(task, ports, observed) });

  const written: string[] = [];
  await mkdir(folder, { recursive: true });
  if (resolve(dirname(source)) !== folder) {
    await copyFile(source, join(folder, file), constants.COPYFILE_EXCL).catch((cause: unknown) => {
      throw wrong(`${file} cannot be copied into the folder, or is there already`, cause);
    });
    written.push(file);
  }
  await writeFile(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`, { flag: 'wx' });
  written.push('manifest.json');
  if (!(await isThere(join(folder, 'CARD.md')))) {
    await writeFile(join(folder, 'CARD.md'), draftCard(name), { flag: 'wx' });
    written.push('CARD.md');
  }
  return { folder, name, task, written, open: openFields(manifest), notes };
}

async function sourceFile(from: string): Promise<string> {
  const found = await stat(from).catch(() => undefined);
  if (found === undefined) throw wrong('There is no such file or folder');
  if (!found.isDirectory()) return resolve(from);
  const networks = (await readdir(from)).filter((file) => file.endsWith('.onnx'));
  const [only, ...more] = networks;
  if (only === undefined) throw wrong('The folder holds no .onnx file');
  if (more.length > 0)
    throw wrong(`The folder holds ${networks.length} .onnx files: name the one that is meant`);
  return resolve(from, only);
}

function destination({ from, name, out }: ScaffoldRequest, source: string) {
  const own = resolve(from) === source ? undefined : resolve(from);
  const fromFile = basename(source, '.onnx')
    .toLowerCase()
    .replace(/[^a-z0-9.-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '');
  const folder = out === undefined ? (own ?? join(dirname(source), name ?? fromFile)) : resolve(out);
  const called = name ?? basename(folder);
  if (called !== basename(folder)) {
    throw wrong(`A package is called as its folder: not '${called}' in the folder '${basename(folder)}'`);
  }
  if (!packageName.test(called)) {
    throw wrong(`'${called}' is no name of a package (a-z, 0-9, dot, hyphen; 64 at most): say --name`);
  }
  return { folder, name: called };
}

async function readGraph(source: string, wanted: ModelTask | undefined) {
  const session = await openQuietly(source, wanted).catch((cause: unknown) => {
    throw wrong(`${basename(source)} does not load: ${runtimeMessage(cause)}`, cause);
  });
  try {
    const ports = graphPorts(session);
    const [unusable] = unusablePorts(ports);
    if (unusable !== undefined) throw wrong(unusablePorts(ports).join('; '));
    const task = wanted ?? guessTask(ports);
    if (task === undefined || !possibleTasks(ports).includes(task)) throw wrong(whichTask(ports));
    const dims = draftInput(task, ports);
    const numbers = Math.max(numbersOf(dims), numbersOf(ports.outputs[0]?.shape ?? []));
    if (numbers > mostNumbers) throw wrong(tooLarge(basename(source), numbers));
    const observed = await observeAnswers(session, ports, dims).catch((cause: unknown) => {
      throw wrong(
        `${basename(source)} does not run at [${dims.join(', ')}], the usual size for ${task}: ${runtimeMessage(cause)}. Export it with fixed sizes`,
        cause,
      );
    });
    return { task, ports, observed, notes: notesOn(task, wanted === undefined, observed) };
  } finally {
    await session.release();
  }
}

function tooLarge(file: string, numbers: number): string {
  return `${file} takes or gives ${numbers} numbers at once, more than the ${mostNumbers} with which it is tried: export it with smaller or free sizes`;
}

function whichTask(ports: GraphPorts): string {
  const [shapeIn, shapeOut] = [ports.inputs[0]?.shape ?? [], ports.outputs[0]?.shape ?? []];
  const tasks = possibleTasks(ports);
  const shapes = `[${shapeIn.join(', ')}] to [${shapeOut.join(', ')}]`;
  return tasks.length === 0
    ? `A network from ${shapes} fits none of Lobar's tasks (models/README.md has their tensors)`
    : `A network from ${shapes} may be for ${tasks.join(' or ')}: say --task`;
}

function answers(
  task: ModelTask,
  ports: GraphPorts,
  { channels, unit, exclusive }: ObservedAnswers,
): Pick<DraftFacts, 'labels' | 'activation'> {
  const said = ports.outputs[0]?.shape[1];
  const labels = typeof said === 'number' ? said : channels;
  if (task === 'opacities' && labels === 1) return { labels, activation: unit ? 'none' : 'sigmoid' };
  return { labels, activation: exclusive ? 'none' : 'softmax' };
}

function notesOn(
  task: ModelTask,
  guessed: boolean,
  { channels, unit, exclusive }: ObservedAnswers,
): string[] {
  const probabilities = task === 'opacities' && channels === 1 ? unit : exclusive;
  return [
    ...(guessed ? [`task ${task}: by the shapes of the graph`] : []),
    probabilities
      ? 'the answers are probabilities already: no activation'
      : 'the answers are no probabilities: activation makes them so',
    'window: level -500, width 1500, scaled to 0..1, as in the paper; range and normalise if it was trained otherwise',
    ...(task === 'opacities' ? ['no contrast stretch: bcet if it was trained with it'] : []),
    ...(task === 'classifier'
      ? []
      : ['sizes, batchSize and the distances in mm; thresholds where there are any']),
  ];
}

async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

function wrong(problem: string, cause?: unknown): LobarError {
  return new LobarError('usage-invalid', { problem, command: 'models' }, { cause });
}
