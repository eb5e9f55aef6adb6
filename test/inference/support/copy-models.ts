import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

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
