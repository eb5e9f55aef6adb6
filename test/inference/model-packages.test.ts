import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFile, copyFile, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { listModelPackages, loadModelPackage } from '../../src/inference/model-packages.ts';
import { addVariant } from './support/add-variant.ts';
import { copyModels, editManifest, shippedModels } from './support/copy-models.ts';
import { inEightBits, pixelwise } from './support/tiny-networks.ts';

const name = 'opacities-phantom';
const eightBits = inEightBits(pixelwise([[20, -10]], 'Sigmoid'));

describe('a model package', () => {
  test('loads with its manifest and the path of its file', async () => {
    const { manifest, path } = await loadModelPackage(shippedModels, name, 'opacities');
    assert.equal(manifest.thresholds.opacity, 0.5);
    assert.ok(path.endsWith(join(name, 'opacities.onnx')));
  });

  test('is refused when one byte of its file changed', async (t) => {
    const folder = await copyModels(t);
    await appendFile(join(folder, name, 'opacities.onnx'), '\0');
    await assert.rejects(loadModelPackage(folder, name, 'opacities'), { code: 'model-checksum-mismatch' });
  });

  test('loads with its variants, and is refused for any of them, whichever would run', async (t) => {
    const folder = await copyModels(t);
    const home = join(folder, name);
    const variant = await addVariant(home, eightBits, { provider: 'cuda' });
    const { path, variants } = await loadModelPackage(folder, name, 'opacities');
    assert.ok(path.endsWith(join(name, 'opacities.onnx')));
    assert.deepEqual(variants, [{ ...variant, path: join(dirname(path), 'int8.onnx') }]);

    await appendFile(join(home, 'int8.onnx'), '\0');
    await assert.rejects(loadModelPackage(folder, name, 'opacities'), {
      code: 'model-checksum-mismatch',
      message: /sha256 of int8.onnx is not the one/,
    });
    await rename(join(home, 'int8.onnx'), join(folder, 'int8.onnx'));
    await assert.rejects(loadModelPackage(folder, name, 'opacities'), {
      code: 'model-missing',
      message: /its file int8.onnx is not there/,
    });
    await symlink(join(folder, 'int8.onnx'), join(home, 'int8.onnx'));
    await assert.rejects(loadModelPackage(folder, name, 'opacities'), {
      code: 'model-manifest-invalid',
      message: /\/variants\/0\/file must lie inside the package folder/,
    });
  });

  test('is refused when its file lies outside its folder, by name or by link', async (t) => {
    const folder = await copyModels(t);
    const outside = { code: 'model-manifest-invalid', message: /must lie inside the package folder/ };
    await editManifest(folder, name, (m) => ({ ...m, file: '../classifier-phantom/classifier.onnx' }));
    await assert.rejects(loadModelPackage(folder, name, 'opacities'), outside);

    await editManifest(folder, name, (m) => ({ ...m, file: 'opacities.onnx' }));
    await rename(join(folder, name, 'opacities.onnx'), join(folder, 'opacities.onnx'));
    await symlink(join(folder, 'opacities.onnx'), join(folder, name, 'opacities.onnx'));
    await assert.rejects(loadModelPackage(folder, name, 'opacities'), outside);
  });

  test('is refused when its graph keeps weights in files that the checksum does not cover', async (t) => {
    const folder = await copyModels(t);
    // onnx.proto: TensorProto.external_data (13) holds the entry key (1) 'location', value (2) 'w.bin'.
    const bytes = Buffer.from('\x6a\x11\x0a\x08location\x12\x05w.bin', 'latin1');
    // Across the boundary of two chunks of the stream.
    const file = Buffer.concat([Buffer.alloc(2 ** 20 - 6), bytes]);
    await writeFile(join(folder, name, 'opacities.onnx'), file);
    const sha256 = createHash('sha256').update(file).digest('hex');
    await editManifest(folder, name, (m) => ({ ...m, sha256 }));
    await assert.rejects(loadModelPackage(folder, name, 'opacities'), {
      code: 'model-manifest-invalid',
      message: /weights in other files/,
    });
  });

  test('is refused when it is for another task, of another name, not there, or not JSON', async (t) => {
    const folder = await copyModels(t);
    await assert.rejects(loadModelPackage(folder, name, 'classifier'), {
      code: 'model-manifest-invalid',
      message: /\/task is 'opacities', but the configuration names it for 'classifier'/,
    });
    await assert.rejects(loadModelPackage(folder, 'absent', 'opacities'), { code: 'model-missing' });
    await assert.rejects(loadModelPackage(folder, `../${name}`, 'opacities'), { code: 'model-missing' });
    await rm(join(folder, 'classifier-phantom', 'classifier.onnx'));
    await assert.rejects(loadModelPackage(folder, 'classifier-phantom', 'classifier'), {
      code: 'model-missing',
    });
    await rename(join(folder, name), join(folder, 'renamed'));
    await assert.rejects(loadModelPackage(folder, 'renamed', 'opacities'), {
      code: 'model-manifest-invalid',
      message: /\/name is 'opacities-phantom', but its folder is 'renamed'/,
    });
    await writeFile(join(folder, 'renamed', 'manifest.json'), '{');
    await assert.rejects(loadModelPackage(folder, 'renamed', 'opacities'), {
      code: 'model-manifest-invalid',
      message: /not JSON/,
    });
  });
});

describe('the list of model packages', () => {
  test('holds the shipped ones, all of them sound', async () => {
    const reports = await listModelPackages(shippedModels);
    assert.deepEqual(
      reports.map((report) => [report.name, report.task, report.ok]),
      [
        ['classifier-phantom', 'classifier', true],
        ['lungs-lobes-phantom', 'lungs-lobes', true],
        ['opacities-phantom', 'opacities', true],
      ],
    );
  });

  test('says what is wrong with a broken one and goes on; a folder without a manifest is none', async (t) => {
    const folder = await copyModels(t);
    await appendFile(join(folder, name, 'opacities.onnx'), '\0');
    await editManifest(folder, 'classifier-phantom', (m) => ({ ...m, version: 'new' }));
    await mkdir(join(folder, 'training'));
    await copyFile(join(folder, name, 'opacities.onnx'), join(folder, 'training', 'opacities.onnx'));
    const [classifier, lungs, opacities, ...more] = await listModelPackages(folder);
    assert.equal(classifier?.ok, false);
    assert.match(classifier?.problem ?? '', /invalid manifest: \/version/);
    assert.equal(lungs?.ok, true);
    assert.equal(opacities?.ok, false);
    assert.equal(opacities?.version, '0.3.1');
    assert.match(opacities?.problem ?? '', /sha256 of opacities.onnx is not the one in its manifest/);
    assert.deepEqual(more, []);
  });

  test('names the variants of a package, and says so when one of them is broken', async (t) => {
    const folder = await copyModels(t);
    const variant = await addVariant(join(folder, name), eightBits);
    const report = async () => (await listModelPackages(folder)).find((one) => one.name === name);
    const sound = await report();
    assert.deepEqual([sound?.ok, sound?.variants], [true, [variant]]);
    await appendFile(join(folder, name, 'int8.onnx'), '\0');
    const broken = await report();
    assert.equal(broken?.ok, false);
    assert.match(broken?.problem ?? '', /sha256 of int8.onnx/);
  });

  test('of a folder that is not there says so', async () => {
    await assert.rejects(listModelPackages(join(shippedModels, 'absent')), { code: 'model-missing' });
  });
});
