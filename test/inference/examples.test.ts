import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { checkManifest } from '../../src/inference/check-manifest.ts';
import { openFields } from '../../src/inference/fill-in.ts';
import type { ModelManifest } from '../../src/inference/manifest.ts';
import { verifyPackage } from '../../src/inference/verify-package.ts';
import { shippedModels } from './support/copy-models.ts';
import { emptyFolder } from './support/make-package.ts';
import { pixelwise, withShapes } from './support/tiny-networks.ts';
import { onnxModel } from './support/write-onnx.ts';

const examples = join(shippedModels, 'examples');

/** A network with the names and shapes of a manifest: its logits are above 0 for what is bright. */
function networkOf({ inputs: [input], outputs: [output] }: ModelManifest): Buffer {
  assert.ok(input !== undefined && output !== undefined);
  const row = Array.from({ length: Number(input.shape[1]) }, () => 3);
  const rows = Array.from({ length: Number(output.shape[1]) }, (_, i) =>
    i === 0 ? [...row.map(() => 0), 0] : [...row, -1],
  );
  const { inputs, outputs, nodes, ...rest } = withShapes(pixelwise(rows), input.shape, output.shape);
  const renamed = (name: string) => ({ x: input.name, p: output.name })[name] ?? name;
  return onnxModel({
    ...rest,
    inputs: inputs.map((port) => ({ ...port, name: input.name })),
    outputs: outputs.map((port) => ({ ...port, name: output.name })),
    nodes: nodes.map((node) => ({
      ...node,
      inputs: node.inputs.map(renamed),
      outputs: node.outputs.map(renamed),
    })),
  });
}

describe('a worked example', async () => {
  for (const name of await readdir(examples)) {
    const text = await readFile(join(examples, name, 'manifest.json'), 'utf8');

    test(`(${name}) asks for its checksum and for what only a site can say, and for nothing else`, () => {
      const open = openFields(JSON.parse(text)).map(({ path }) => path);
      assert.ok(open.includes('/sha256') && open.includes('/licence') && open.includes('/intendedUse'));
      const checked = checkManifest(JSON.parse(text));
      assert.ok('mistakes' in checked);
      assert.equal(checked.mistakes.length, open.length, checked.mistakes.join('\n'));
    });

    test(`(${name}) is right about a network of its shapes, once it is filled in`, async (t) => {
      const home = join(await emptyFolder(t), name);
      await mkdir(home);
      const filled = JSON.parse(text.replaceAll('FILL IN:', 'Said:')) as ModelManifest;
      const network = networkOf(filled);
      const sha256 = createHash('sha256').update(network).digest('hex');
      await writeFile(join(home, filled.file), network);
      await writeFile(join(home, 'manifest.json'), JSON.stringify({ ...filled, sha256 }));
      await writeFile(join(home, 'CARD.md'), `# ${name}\n`);
      const { problems, probe } = await verifyPackage(home);
      assert.deepEqual(problems, []);
      assert.ok((probe?.runs ?? 0) > 0);
    });
  }
});
