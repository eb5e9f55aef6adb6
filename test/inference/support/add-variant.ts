import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Graph, onnxModel } from './write-onnx.ts';

/** Gives a package an INT8 file for the CPU, `int8.onnx`, as its only variant. */
export async function addVariant(home: string, graph: Graph, edit: object = {}) {
  const bytes = onnxModel(graph);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const note = 'Made for a test, measured on nothing.';
  const variant = { provider: 'cpu', file: 'int8.onnx', sha256, precision: 'int8', note, ...edit };
  await writeFile(join(home, 'int8.onnx'), bytes);
  const path = join(home, 'manifest.json');
  const manifest = JSON.parse(await readFile(path, 'utf8')) as object;
  await writeFile(path, JSON.stringify({ ...manifest, variants: [variant] }));
  return variant;
}
