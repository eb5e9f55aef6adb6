import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { hangingClassifier } from './tiny-networks.ts';
import { onnxModel } from './write-onnx.ts';

export const shippedModels = fileURLToPath(new URL('../../../models', import.meta.url));

/** Beside the packages: how they were made, and manifests without weights. */
const noPackages = ['training', 'examples'].map((name) => join(shippedModels, name));

/** A copy of the shipped packages that a test may spoil; gone when the test ends. */
export async function copyModels(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lobar-models-'));
  t.after(() => rm(folder, { recursive: true }));
  await cp(shippedModels, folder, {
    recursive: true,
    filter: (source) => !noPackages.includes(source),
  });
  return folder;
}

/** The same with a classifier whose run does not end. */
export async function copyModelsThatHang(t: TestContext): Promise<string> {
  const folder = await copyModels(t);
  const net = onnxModel(hangingClassifier);
  await writeFile(join(folder, 'classifier-phantom', 'hangs.onnx'), net);
  await editManifest(folder, 'classifier-phantom', (manifest) => ({
    ...manifest,
    file: 'hangs.onnx',
    sha256: createHash('sha256').update(net).digest('hex'),
    outputs: (manifest['outputs'] as object[]).map((one) => ({ ...one, name: 'looped' })),
  }));
  return folder;
}

/** Rewrites the manifest of one package. */
export async function editManifest(
  folder: string,
  name: string,
  edit: (manifest: Record<string, unknown>) => Record<string, unknown>,
): Promise<void> {
  const path = join(folder, name, 'manifest.json');
  const manifest = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  await writeFile(path, JSON.stringify(edit(manifest)));
}
