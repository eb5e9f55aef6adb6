import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { loadModelPackage } from '../../src/inference/model-packages.ts';
import { scaffoldPackage } from '../../src/inference/scaffold-package.ts';
import { verifyPackage } from '../../src/inference/verify-package.ts';
import { emptyFolder, makePackage, readJson, writeNetwork } from './support/make-package.ts';
import { above, ofIntegers, pixelwise, volumeClassifier, withShapes } from './support/tiny-networks.ts';
import { onnxModel } from './support/write-onnx.ts';

describe('scaffolding a package', () => {
  test('takes names, types, shapes and checksum from the file, and marks what only a human knows', async (t) => {
    const home = await writeNetwork(await emptyFolder(t), 'my-lesions', above(0.5));
    const { name, task, written, open, notes } = await scaffoldPackage({ from: home });
    assert.deepEqual([name, task, written], ['my-lesions', 'opacities', ['manifest.json', 'CARD.md']]);
    const manifest = await readJson(join(home, 'manifest.json'));
    const bytes = await readFile(join(home, 'net.onnx'));
    assert.equal(manifest['sha256'], createHash('sha256').update(bytes).digest('hex'));
    assert.deepEqual(manifest['inputs'], [{ name: 'x', type: 'float32', shape: ['b', 1, 'h', 'w'] }]);
    assert.deepEqual(manifest['labels'], ['opacity']);
    assert.equal(manifest['activation'], 'sigmoid', 'it answers logits');
    assert.ok(notes.some((note) => /no probabilities/.test(note)));
    assert.deepEqual(
      open.map(({ path }) => path),
      ['/trainingData', '/intendedUse', '/limits/0', '/licence'],
    );
    assert.match(await readFile(join(home, 'CARD.md'), 'utf8'), /^# my-lesions\n[\s\S]*FILL IN:/);
  });

  test('is a package that loads once a human has filled it in', async (t) => {
    const folder = await emptyFolder(t);
    const home = await writeNetwork(folder, 'my-lesions', above(0.5));
    await scaffoldPackage({ from: home });
    await assert.rejects(loadModelPackage(folder, 'my-lesions', 'opacities'), {
      code: 'model-manifest-invalid',
      message: /\/trainingData is still to be filled in: what the network was trained on/,
    });
    const again = await writeNetwork(folder, 'other-lesions', above(0.5));
    await makePackage(again, {});
    await loadModelPackage(folder, 'other-lesions', 'opacities');
  });

  test('copies a file into the folder that is asked for, named by it', async (t) => {
    const folder = await emptyFolder(t);
    await writeFile(join(folder, 'Best Model.onnx'), onnxModel(above(0.5)));
    const from = join(folder, 'Best Model.onnx');
    const beside = await scaffoldPackage({ from });
    assert.deepEqual([beside.folder, beside.name], [join(folder, 'best-model'), 'best-model']);
    const out = join(folder, 'models', 'lesions');
    const asked = await scaffoldPackage({ from, out });
    assert.deepEqual(asked.written, ['Best Model.onnx', 'manifest.json', 'CARD.md']);
    assert.equal((await readJson(join(out, 'manifest.json')))['file'], 'Best Model.onnx');
    await assert.rejects(scaffoldPackage({ from, out: join(folder, 'x'), name: 'y' }), {
      code: 'usage-invalid',
      message: /called as its folder: not 'y' in the folder 'x'/,
    });
  });

  test('overwrites nothing', async (t) => {
    const home = await writeNetwork(await emptyFolder(t), 'mine', above(0.5));
    await writeFile(join(home, 'CARD.md'), 'my own words');
    const { written } = await scaffoldPackage({ from: home });
    assert.deepEqual(written, ['manifest.json']);
    assert.equal(await readFile(join(home, 'CARD.md'), 'utf8'), 'my own words');
    const before = await readFile(join(home, 'manifest.json'), 'utf8');
    await assert.rejects(scaffoldPackage({ from: home }), { message: /nothing is overwritten/ });
    assert.equal(await readFile(join(home, 'manifest.json'), 'utf8'), before);
  });

  test('guesses the task where the shapes allow one, and asks where they allow two', async (t) => {
    const folder = await emptyFolder(t);
    const lobes = await writeNetwork(
      folder,
      'lobes',
      pixelwise(
        Array.from({ length: 6 }, (_, i) => [i, 0]),
        'Softmax',
      ),
    );
    assert.equal((await scaffoldPackage({ from: lobes })).task, 'lungs-lobes');
    const drafted = await readJson(join(lobes, 'manifest.json'));
    assert.deepEqual(drafted['preprocessing'], {
      inputSize: [256, 256],
      window: { level: -500, width: 1500 },
      channels: 1,
      sliceStepMm: 2,
      batchSize: 4,
    });
    assert.equal((drafted['labels'] as string[])[5]?.slice(0, 30), 'FILL IN: what output channel 5');
    assert.equal(drafted['activation'], undefined, 'softmax is inside');

    const three = pixelwise([
      [1, 0],
      [2, 0],
      [3, 0],
    ]);
    const sides = await writeNetwork(folder, 'sides', three);
    await assert.rejects(scaffoldPackage({ from: sides }), {
      message: /from \[b, 1, h, w\] to \[b, 3, h, w\] may be for lungs or opacities: say --task/,
    });
    assert.equal((await scaffoldPackage({ from: sides, task: 'lungs' })).task, 'lungs');
    assert.equal((await readJson(join(sides, 'manifest.json')))['activation'], 'softmax');
    const wrong = await writeNetwork(folder, 'wrong', above(0.5));
    await assert.rejects(scaffoldPackage({ from: wrong, task: 'classifier' }), {
      message: /may be for opacities: say --task/,
    });
  });

  test('makes a classifier of a network of volumes, which then runs', async (t) => {
    const home = await writeNetwork(await emptyFolder(t), 'classes', volumeClassifier);
    const { task, open } = await scaffoldPackage({ from: home });
    assert.equal(task, 'classifier');
    assert.equal(open[0]?.path, '/labels/0');
    const path = join(home, 'manifest.json');
    assert.equal((await readJson(path))['activation'], 'softmax');
    await rm(path);
    await rm(join(home, 'CARD.md'));
    const labels = ['covid-19', 'other-infection', 'no-imaging-signs'];
    await makePackage(home, {}, (manifest) => ({ ...manifest, labels }));
    const { problems, manifest } = await verifyPackage(home);
    assert.deepEqual(problems, []);
    assert.deepEqual(manifest?.preprocessing.inputSize, [64, 224, 224]);
  });

  test('takes sizes that the graph fixes, and writes free dimensions without a name as ?', async (t) => {
    const folder = await emptyFolder(t);
    const fixed = withShapes(above(0.5), ['', 1, 64, 96], ['', 1, 64, 96]);
    const home = await writeNetwork(folder, 'fixed', fixed);
    await makePackage(home, {});
    const { manifest } = await loadModelPackage(folder, 'fixed', 'opacities');
    assert.deepEqual(manifest.inputs[0]?.shape, ['?', 1, 64, 96]);
    assert.deepEqual(manifest.preprocessing.inputSize, [64, 96]);
  });

  test('refuses what no manifest can describe, and says what to do', async (t) => {
    const folder = await emptyFolder(t);
    const refused = async (name: string, graph: Parameters<typeof writeNetwork>[2], message: RegExp) => {
      const from = await writeNetwork(folder, name, graph);
      await assert.rejects(scaffoldPackage({ from }), { code: 'usage-invalid', message });
    };
    await refused(
      'integers',
      ofIntegers(above(0.5)),
      /input x of the ONNX graph is int64, Lobar takes float32/,
    );
    const size = [1, 1, 100_000, 100_000];
    await refused(
      'huge',
      withShapes(above(0.5), size, size),
      /net\.onnx takes or gives 10000000000 numbers at once, more than the 67108864/,
    );
    const graph = above(0.5);
    const weights = (graph.weights ?? []).map((one) => ({ ...one, elsewhere: 'net.data' }));
    await refused('outside', { ...graph, weights }, /keeps weights in other files.*export it as one file/);
    const twoInputs = { ...graph, inputs: [...graph.inputs, { name: 'age', shape: ['b', 1] }] };
    await refused('two', twoInputs, /has 2 inputs \(x, age\), Lobar takes one/);
    await writeFile(join(folder, 'noise.onnx'), 'no network');
    await assert.rejects(scaffoldPackage({ from: join(folder, 'noise.onnx') }), {
      message: /noise\.onnx does not load/,
    });
    await assert.rejects(scaffoldPackage({ from: join(folder, 'absent.onnx') }), { message: /no such file/ });
  });
});
