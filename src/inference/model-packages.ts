import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LobarError } from '../errors.ts';
import { checkManifest } from './check-manifest.ts';
import type { ManifestOf, ManifestVariant, ModelManifest, ModelTask } from './manifest.ts';
import { verifyModelFile } from './verify-model-file.ts';

/** A package whose manifest is valid and whose files have the checksums that the manifest says. */
export interface ModelPackage<Manifest extends ModelManifest = ModelManifest> {
  readonly manifest: Manifest;
  /** Absolute path of the main ONNX file. */
  readonly path: string;
  /** Other files of the network, each for one provider; `modelFile` says which one runs. */
  readonly variants: readonly (ManifestVariant & { readonly path: string })[];
}

/** One line of `lobar models`. */
export interface ModelPackageReport {
  readonly name: string;
  readonly version?: string;
  readonly task?: ModelTask;
  readonly file?: string;
  readonly sha256?: string;
  readonly variants?: readonly ManifestVariant[];
  readonly ok: boolean;
  /** What is wrong with it, where it is not ok. */
  readonly problem?: string;
  readonly intendedUse?: string;
  readonly trainingData?: string;
}

/**
 * Reads and verifies the package `<folder>/<name>`.
 *
 * @throws LobarError `model-missing`, `model-manifest-invalid` (with every mistake) or
 *   `model-checksum-mismatch`.
 */
export async function loadModelPackage<Task extends ModelTask>(
  folder: string,
  name: string,
  task: Task,
): Promise<ModelPackage<ManifestOf<Task>>> {
  const { manifest, packageFolder } = await readManifest(folder, name);
  if (!isOfTask(manifest, task)) {
    const problem = `/task is '${manifest.task}', but the configuration names it for '${task}'`;
    throw new LobarError('model-manifest-invalid', { model: name, problem });
  }
  return { manifest, ...(await verifyFiles(packageFolder, manifest)) };
}

/**
 * The same for a package of whatever task.
 *
 * @throws LobarError as {@link loadModelPackage}
 */
export async function loadAnyModelPackage(folder: string, name: string): Promise<ModelPackage> {
  const { manifest, packageFolder } = await readManifest(folder, name);
  return { manifest, ...(await verifyFiles(packageFolder, manifest)) };
}

/** Every package below a folder, by name; a broken one is reported with its problem, never thrown. */
export async function listModelPackages(folder: string): Promise<readonly ModelPackageReport[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw new LobarError(
      'model-missing',
      { model: '*', problem: 'the models folder cannot be read' },
      { cause },
    );
  });
  const names = entries
    .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
    .map(({ name }) => name);
  const reports = await Promise.all(names.sort().map((name) => reportPackage(folder, name)));
  // A folder without a manifest beside the packages (training recipes, say) is no package.
  return reports.filter((report) => report !== undefined);
}

async function reportPackage(folder: string, name: string): Promise<ModelPackageReport | undefined> {
  const read = await readManifest(folder, name).catch(asLobarError);
  if (read instanceof LobarError) {
    return read.code === 'model-missing' ? undefined : { name, ok: false, problem: read.message };
  }
  const { version, task, file, sha256, variants, intendedUse, trainingData } = read.manifest;
  const others = variants === undefined ? {} : { variants };
  const facts = { name, version, task, file, sha256, ...others, intendedUse, trainingData };
  const verified = await verifyFiles(read.packageFolder, read.manifest).catch(asLobarError);
  return verified instanceof LobarError
    ? { ...facts, ok: false, problem: verified.message }
    : { ...facts, ok: true };
}

function asLobarError(error: unknown): LobarError {
  if (error instanceof LobarError) return error;
  throw error;
}

function isOfTask<Task extends ModelTask>(manifest: ModelManifest, task: Task): manifest is ManifestOf<Task> {
  return manifest.task === task;
}

async function readManifest(folder: string, name: string) {
  const packageFolder = join(folder, name);
  if (/[/\\]|^\.+$|^$/.test(name)) {
    throw new LobarError('model-missing', { model: name, problem: 'its name is not the name of a folder' });
  }
  const text = await readFile(join(packageFolder, 'manifest.json'), 'utf8').catch((cause: unknown) => {
    const problem = `there is no readable ${name}/manifest.json in the models folder`;
    throw new LobarError('model-missing', { model: name, problem }, { cause });
  });
  const checked = checkManifest(parseJson(text, name));
  const mistakes = 'mistakes' in checked ? checked.mistakes : nameMistakes(checked.manifest, name);
  if ('mistakes' in checked || mistakes.length > 0) {
    throw new LobarError('model-manifest-invalid', { model: name, problem: mistakes.join('; ') });
  }
  return { manifest: checked.manifest, packageFolder };
}

function nameMistakes(manifest: ModelManifest, name: string): readonly string[] {
  return manifest.name === name ? [] : [`/name is '${manifest.name}', but its folder is '${name}'`];
}

function parseJson(text: string, model: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new LobarError('model-manifest-invalid', { model, problem: 'it is not JSON' }, { cause });
  }
}

/** Every file of a package, whichever of them will run: what cannot be trusted in part is not trusted. */
async function verifyFiles(packageFolder: string, { name, file, sha256, variants = [] }: ModelManifest) {
  const verify = (declared: { readonly file: string; readonly sha256: string }, pointer: string) =>
    verifyModelFile(packageFolder, name, { file: declared.file, sha256: declared.sha256, pointer });
  const path = await verify({ file, sha256 }, '');
  const others = variants.map(async (variant, i) => ({
    ...variant,
    path: await verify(variant, `/variants/${i}`),
  }));
  return { path, variants: await Promise.all(others) };
}
