import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type ScaffoldRequest, scaffoldPackage } from '../../../src/inference/scaffold-package.ts';
import { type Graph, onnxModel } from './write-onnx.ts';

/** An empty folder that is gone when the test ends. */
export async function emptyFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lobar-package-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

/** Writes a graph as `<folder>/<name>/net.onnx`, and gives the package's folder. */
export async function writeNetwork(folder: string, name: string, graph: Graph): Promise<string> {
  const home = join(folder, name);
  await mkdir(home, { recursive: true });
  await writeFile(join(home, 'net.onnx'), onnxModel(graph));
  return home;
}

type Json = Record<string, unknown>;

export async function readJson(path: string): Promise<Json> {
  return JSON.parse(await readFile(path, 'utf8')) as Json;
}

/** A package as a human would finish it: scaffolded, marks filled in, `edit` over the manifest. */
export async function makePackage(
  home: string,
  request: Omit<ScaffoldRequest, 'from'>,
  edit: (manifest: Json) => Json = (manifest) => manifest,
): Promise<void> {
  await scaffoldPackage({ from: home, ...request });
  for (const file of ['manifest.json', 'CARD.md']) {
    const path = join(home, file);
    await writeFile(path, (await readFile(path, 'utf8')).replaceAll('FILL IN:', 'Said:'));
  }
  const path = join(home, 'manifest.json');
  await writeFile(path, JSON.stringify(edit(await readJson(path))));
}
