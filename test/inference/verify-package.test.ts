import assert from 'node:assert/strict';
import { appendFile, copyFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { inspectModelFile } from '../../src/inference/inspect-model-file.ts';
import { scaffoldPackage } from '../../src/inference/scaffold-package.ts';
import { verifyPackage } from '../../src/inference/verify-package.ts';
import { addVariant } from './support/add-variant.ts';
import { shippedModels } from './support/copy-models.ts';
import { emptyFolder, makePackage, readJson, writeNetwork } from './support/make-package.ts';
import { above, inEightBits, ofIntegers, pixelwise } from './support/tiny-networks.ts';
import { type Graph, onnxModel } from './support/write-onnx.ts';

/** Puts another network into a package, with its checksum. */
async function replaceNetwork(home: string, graph: Graph): Promise<void> {
  await writeFile(join(home, 'net.onnx'), onnxModel(graph));
  const { sha256 } = await inspectModelFile(join(home, 'net.onnx'));
  const manifest = await readJson(join(home, 'manifest.json'));
  await writeFile(join(home, 'manifest.json'), JSON.stringify({ ...manifest, sha256 }));
}

describe('verifying a package', () => {
  test('passes the shipped ones, and tells how they ran', async () => {
    const { problems, probe } = await verifyPackage(join(shippedModels, 'opacities-phantom'));
    assert.deepEqual(problems, []);
    assert.equal(probe?.runs, 2, 'eight slices in batches of four');
    assert.ok((probe?.batchMs ?? 0) > 0 && (probe?.lowest ?? -1) >= 0 && (probe?.highest ?? 2) <= 1);
  });

  test('passes one that was scaffolded and filled in, and runs it with its own scale and logits', async (t) => {
    const home = await writeNetwork(await emptyFolder(t), 'mine', above(0));
    await makePackage(home, {}, (manifest) => ({
      ...manifest,
      preprocessing: { ...(manifest['preprocessing'] as object), range: [-1, 1] },
    }));
    const { problems, probe } = await verifyPackage(home);
    assert.deepEqual(problems, []);
    // By hand: windowed to [-1, 1], air of -1000 HU is 2 * 250 / 1500 - 1 = -0.667 and tissue of 40 HU 0.720;
    // the network multiplies by 20.
    assert.ok(Math.abs((probe?.lowest ?? 0) + 13.33) < 0.01, `${probe?.lowest}`);
    assert.ok(Math.abs((probe?.highest ?? 0) - 14.4) < 0.01, `${probe?.highest}`);
  });

  test('runs the variants of a package too, and tells what is wrong with them', async (t) => {
    const home = await writeNetwork(await emptyFolder(t), 'mine', above(0.5));
    await makePackage(home, {});
    await addVariant(home, inEightBits(above(0.5)));
    const { problems, probe, variants } = await verifyPackage(home);
    assert.deepEqual(problems, []);
    const [variant, ...more] = variants;
    assert.deepEqual([variant?.file, variant?.provider, variant?.precision], ['int8.onnx', 'cpu', 'int8']);
    assert.equal(more.length, 0);
    // By hand: tissue of 40 HU is 1290 / 1500 = 0.86 of the window, in 255 steps 219 / 255; times 20, less 10.
    assert.ok(Math.abs((probe?.highest ?? 0) - 7.2) < 1e-3, `${probe?.highest}`);
    assert.ok(Math.abs((variant?.probe?.highest ?? 0) - 7.1765) < 1e-3, `${variant?.probe?.highest}`);

    await addVariant(home, pixelwise([[1, 1, 1, 0]]), { sha256: '0'.repeat(64) });
    const wrong = await verifyPackage(home);
    assert.equal(wrong.problems.length, 2, wrong.problems.join('\n'));
    assert.match(
      wrong.problems[0] ?? '',
      /^manifest.json: \/variants\/0\/sha256 is not that of int8.onnx, which is/,
    );
    assert.match(
      wrong.problems[1] ?? '',
      /\[b, 1, h, w\], the ONNX graph of int8.onnx has x float32 \[b, 3, h, w\]: make it have what the main file has/,
    );
    assert.ok(wrong.probe !== undefined && wrong.variants[0]?.probe === undefined);

    await rm(join(home, 'int8.onnx'));
    assert.deepEqual((await verifyPackage(home)).problems, [
      "manifest.json: /variants/0/file is 'int8.onnx', which is not in the folder",
    ]);
  });

  test('tells every field that is not filled in, and runs it all the same', async (t) => {
    const home = await writeNetwork(await emptyFolder(t), 'mine', above(0.5));
    await scaffoldPackage({ from: home });
    const { problems, probe } = await verifyPackage(home);
    assert.deepEqual(
      problems.map((problem) => problem.split(/ is still| line/)[0]),
      [
        'manifest.json: /trainingData',
        'manifest.json: /intendedUse',
        'manifest.json: /limits/0',
        'manifest.json: /licence',
        ...Array.from({ length: 4 }, () => 'CARD.md,'),
      ],
    );
    assert.ok(problems.every((problem) => problem.includes('to be filled in')));
    assert.equal(probe?.runs, 2);
  });

  test('tells mistakes of manifest, folder, file and graph at once', async (t) => {
    const folder = await emptyFolder(t);
    const home = await writeNetwork(folder, 'mine', above(0.5));
    await makePackage(home, {}, (manifest) => ({
      ...manifest,
      name: 'yours',
      version: '1',
      outputs: [{ name: 'mask', type: 'float32', shape: ['b', 1, 'h', 'w'] }],
    }));
    await appendFile(join(home, 'net.onnx'), Buffer.from('\x12\x01a'));
    await copyFile(join(home, 'net.onnx'), join(home, 'old.onnx'));
    await rm(join(home, 'CARD.md'));
    const { problems } = await verifyPackage(home);
    const told = [
      /^manifest.json: \/version /,
      /^manifest.json: \/name is 'yours', but its folder is 'mine': make them the same/,
      /^the folder holds 2 networks \(net.onnx, old.onnx\)/,
      /^CARD.md is missing/,
      /^manifest.json: \/sha256 is not that of net.onnx, which is [0-9a-f]{64}: restore the file/,
      /^manifest.json: \/outputs says mask float32 \[b, 1, h, w\], the ONNX graph has p float32 \[b, 1, h, w\]: write/,
    ];
    assert.equal(problems.length, told.length, problems.join('\n'));
    for (const [i, pattern] of told.entries()) assert.match(problems[i] ?? '', pattern);
  });

  for (const [what, graph, message] of [
    ['logits that are declared as probabilities', above(0.5), /did not answer probabilities.*`activation`/],
    [
      'another number of channels',
      pixelwise([[1, 1, 1, 0]]),
      /\/inputs says x float32 \[b, 1, h, w\].*\[b, 3/,
    ],
    [
      'whole numbers as input',
      ofIntegers(above(0.5)),
      /is int64, Lobar takes float32: export it with a cast/,
    ],
  ] as const) {
    test(`tells ${what}`, async (t) => {
      const home = await writeNetwork(await emptyFolder(t), 'mine', pixelwise([[20, -10]], 'Sigmoid'));
      await makePackage(home, {});
      await replaceNetwork(home, graph);
      const { problems, probe } = await verifyPackage(home);
      assert.equal(problems.length, 1, problems.join('\n'));
      assert.match(problems[0] ?? '', message);
      assert.equal(probe, undefined);
    });
  }

  test('tells weights that lie outside of the file, and a graph that does not run at its size', async (t) => {
    const home = await writeNetwork(await emptyFolder(t), 'mine', above(0.5));
    await makePackage(home, {});
    const graph = above(0.5);
    const weights = (graph.weights ?? []).map((one) => ({ ...one, elsewhere: 'net.data' }));
    await replaceNetwork(home, { ...graph, weights });
    const { problems } = await verifyPackage(home);
    assert.match(problems.join('\n'), /net.onnx keeps weights in other files.*external_data=False/);

    // Folds 2 x 2 pixels into channels and back, as a U-Net halves its planes: odd sizes fail.
    const halving = [
      { op: 'SpaceToDepth', inputs: ['x'], outputs: ['y'], integers: { blocksize: 2 } },
      { op: 'DepthToSpace', inputs: ['y'], outputs: ['p'], integers: { blocksize: 2 } },
    ];
    await replaceNetwork(home, { inputs: graph.inputs, outputs: graph.outputs, nodes: halving });
    const manifest = await readJson(join(home, 'manifest.json'));
    const preprocessing = { ...(manifest['preprocessing'] as object), inputSize: [321, 320] };
    await writeFile(join(home, 'manifest.json'), JSON.stringify({ ...manifest, preprocessing }));
    const stuck = await verifyPackage(home);
    assert.match(
      stuck.problems.join('\n'),
      /does not run at the size.*inputSize \(now 321 x 320; U-Nets need multiples of 32\)/,
    );
  });

  test('tells a file that is a link out of the package, and one that is not there', async (t) => {
    const folder = await emptyFolder(t);
    const home = await writeNetwork(folder, 'mine', above(0.5));
    await makePackage(home, {});
    await rename(join(home, 'net.onnx'), join(folder, 'net.onnx'));
    await symlink(join(folder, 'net.onnx'), join(home, 'net.onnx'));
    const led = await verifyPackage(home);
    assert.match(
      led.problems.join('\n'),
      /net.onnx is a link that leads out of the package: copy the file here/,
    );
    await rm(join(folder, 'net.onnx'));
    const dangling = await verifyPackage(home);
    assert.match(dangling.problems.join('\n'), /net.onnx cannot be read.*\n.*net.onnx does not load/);
  });

  test('tells a folder that is none, and one without a manifest', async (t) => {
    const folder = await emptyFolder(t);
    assert.deepEqual((await verifyPackage(join(folder, 'absent'))).problems, ['there is no such folder']);
    const { problems } = await verifyPackage(folder);
    assert.match(problems.join('\n'), /manifest.json is missing: lobar models init.*\n.*no .onnx file/);
  });
});
