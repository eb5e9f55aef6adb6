import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { addVariant } from '../inference/support/add-variant.ts';
import { shippedModels } from '../inference/support/copy-models.ts';
import { makePackage, writeNetwork } from '../inference/support/make-package.ts';
import { above, inEightBits, pixelwise } from '../inference/support/tiny-networks.ts';
import { writePhantomStudy } from '../support/phantom-study.ts';
import { runInProcess } from '../support/run-in-process.ts';

const { PNG } = createRequire(import.meta.url)('pngjs') as typeof import('pngjs');

const models = (...argv: string[]) => runInProcess('models', ...argv);

describe('a package of one’s own', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-own-'));
    await writePhantomStudy(join(folder, 'study'));
  });
  after(() => rm(folder, { recursive: true }));

  it('is scaffolded, refused until it is filled in, and then verified', async () => {
    const home = await writeNetwork(folder, 'lesions', above(0.5));
    const made = await models('init', home);
    assert.equal(made.code, 0);
    assert.match(made.out, /^lesions \(opacities\) in .*: manifest.json, CARD.md/);
    assert.match(made.out, /\/trainingData: what the network was trained on/);
    const early = await models('verify', home);
    assert.equal(early.code, 2);
    assert.match(
      early.out,
      /^BROKEN {2}lesions\n {8}- manifest.json: \/trainingData is still to be filled in/,
    );
    for (const file of ['manifest.json', 'CARD.md']) {
      const path = join(home, file);
      await writeFile(path, (await readFile(path, 'utf8')).replaceAll('FILL IN:', 'Said:'));
    }
    const ready = await models('verify', home);
    assert.equal(ready.code, 0, ready.out);
    assert.match(ready.out, /^ok {6}lesions 0.1.0 \(opacities\)/);
    assert.match(ready.out, /on a made-up chest, on the CPU: 2 run\(s\), \d+ ms each/);
    const json = JSON.parse((await models('verify', home, '--json')).out) as { problems: string[] };
    assert.deepEqual(json.problems, []);
  });

  it('runs in the pipeline with the shipped ones, and its outlines are drawn', async () => {
    const home = await writeNetwork(folder, 'dense', above(0));
    // Opacity above -300 HU: half of the window of 1500 HU about it.
    await makePackage(home, {}, (manifest) => ({
      ...manifest,
      preprocessing: {
        inputSize: [128, 128],
        window: { level: -300, width: 1500 },
        range: [-1, 1],
        batchSize: 4,
      },
    }));
    const { sha256 } = await addVariant(home, inEightBits(above(0)));
    const verified = await models('verify', home);
    assert.match(
      verified.out,
      /^ok .*\n.*\n.*\n {8}int8 for cpu, int8.onnx: on a made-up chest, on the CPU: 2 run/,
    );
    const folderConfig = join(folder, 'dense.yaml');
    await writeFile(folderConfig, `inference: { modelsFolder: ${folder} }\n`);
    assert.match(
      (await models('--config', folderConfig)).out,
      new RegExp(`int8 for cpu: int8.onnx, sha256 ${sha256}\\n {10}Made for a test`),
    );
    const pictures = join(folder, 'pictures');
    const { code, out } = await models('try', home, '--out', pictures, '--study', join(folder, 'study'));
    assert.equal(code, 0, out);
    assert.match(out, /Model {8}opacities: dense 0.1.0 \(int8\) on cpu/);
    assert.match(out, /Model {8}lungs-lobes: lungs-lobes-phantom/);
    assert.doesNotMatch(out, /true lung/, 'of a study of the site no truth is known');
    const sheet = PNG.sync.read(await readFile(join(pictures, 'slices.png')));
    const close = PNG.sync.read(await readFile(join(pictures, 'most-affected.png')));
    // By hand: below each, two lines of 1.8 times 11 or 13 pixels and 0.8 times that.
    const rowHeight = Math.round((320 * (close.height - 58)) / close.width) + 49;
    assert.equal(sheet.width, 4 * 320 + 3 * 4);
    assert.ok(
      Math.abs(sheet.height - (2 * rowHeight + 4)) <= 2,
      'two rows of the part that the close-up shows',
    );
    assert.match(out, /slices at z = (-?\d+\.\d\*?, ){7}-?\d+\.\d\*? mm, head to feet/);
    let outlined = 0;
    for (let i = 0; i < close.data.length; i += 4) {
      if (close.data[i] === 255 && close.data[i + 1] === 64 && close.data[i + 2] === 0) outlined++;
    }
    assert.ok(outlined > 50, 'opacities are outlined');
  });

  it('is told what its channels show: a forgotten contextMm is seen nowhere else', async () => {
    const shipped = join(shippedModels, 'lungs-lobes-phantom');
    assert.match((await models('verify', shipped)).out, /; 5 slices, 10 mm apart$/m);
    const copy = join(folder, 'forgotten', 'lungs-lobes-phantom');
    await cp(shipped, copy, { recursive: true });
    const path = join(copy, 'manifest.json');
    await writeFile(path, (await readFile(path, 'utf8')).replace(/"contextMm": 10,/, ''));
    const { out, code } = await models('verify', copy);
    assert.equal(code, 0, out);
    assert.match(out, /; the slice itself in each of 5 channels \(no contextMm\)$/m);
  });

  it('may be a second opinion on the lungs, which every result names', async () => {
    // Calls dark pixels right lung: it agrees about lung and is wrong about the left side.
    const home = await writeNetwork(
      folder,
      'sides',
      pixelwise([
        [20, -8],
        [-20, 8],
        [0, -20],
      ]),
    );
    await makePackage(home, { task: 'lungs' }, (manifest) => ({
      ...manifest,
      preprocessing: {
        inputSize: [128, 128],
        window: { level: -212, width: 1624 },
        channels: 1,
        sliceStepMm: 6,
        crop: 'body',
        batchSize: 4,
      },
      labels: ['background', 'right-lung', 'left-lung'],
    }));
    assert.equal((await models('verify', home)).code, 0);
    const own = join(folder, 'models');
    for (const name of ['lungs-lobes-phantom', 'classifier-phantom', 'opacities-phantom']) {
      await cp(join(shippedModels, name), join(own, name), { recursive: true });
    }
    await cp(home, join(own, 'sides'), { recursive: true });
    const config = join(folder, 'lobar.yaml');
    await writeFile(config, `inference: { provider: cpu, modelsFolder: ${own}, lungs: sides }\n`);
    const listed = await models('--config', config);
    assert.match(listed.out, /ok {6}sides 0.1.0 {2}\(lungs\)/);
    const { code, out } = await runInProcess('analyze', join(folder, 'study'), '--json', '--config', config);
    assert.equal(code, 0);
    const { models: used } = JSON.parse(out) as { models: { task: string; name: string }[] };
    assert.deepEqual(
      used.map(({ task, name }) => [task, name]),
      [
        ['lungs-lobes', 'lungs-lobes-phantom'],
        ['lungs', 'sides'],
        ['classifier', 'classifier-phantom'],
        ['opacities', 'opacities-phantom'],
      ],
    );
  });

  it('is refused with what to do where the command is not right', async () => {
    for (const [argv, message] of [
      [['x'], /There is no 'models x'/],
      [['init'], /'models init' takes one path/],
      [['verify', folder, '--out', folder], /'models verify' has no --out/],
      [
        ['init', folder, '--task', 'bones'],
        /no task 'bones', only lungs-lobes, lungs, classifier, opacities/,
      ],
      [['try', folder], /Say where the pictures go: --out/],
      [['init', join(folder, 'absent.onnx')], /There is no such file or folder/],
    ] as const) {
      const { code, out, note } = await models(...argv);
      assert.equal(code, 2, argv.join(' '));
      assert.equal(out, '');
      assert.match(note, message);
      assert.match(note, /lobar models --help/);
    }
    const broken = await models('try', join(folder, 'study'), '--out', join(folder, 'none'));
    assert.equal(broken.code, 2);
    assert.match(broken.note, /model-missing/);
  });
});
