import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { checkManifest } from '../../src/inference/check-manifest.ts';
import { ManifestSchema } from '../../src/inference/manifest.ts';
import { shippedModels } from './support/copy-models.ts';

async function shipped(name: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(join(shippedModels, name, 'manifest.json'), 'utf8')) as Record<
    string,
    unknown
  >;
}

function mistakes(json: unknown): readonly string[] {
  const checked = checkManifest(json);
  return 'mistakes' in checked ? checked.mistakes : [];
}

describe('a manifest', () => {
  test('has the schema that is checked in for sites to validate against', async () => {
    const file: unknown = JSON.parse(await readFile(join(shippedModels, 'manifest.schema.json'), 'utf8'));
    assert.deepEqual(
      file,
      JSON.parse(JSON.stringify(ManifestSchema)),
      'models/manifest.schema.json is not ManifestSchema: write JSON.stringify(ManifestSchema) to it',
    );
  });

  for (const name of ['lungs-lobes-phantom', 'classifier-phantom', 'opacities-phantom']) {
    test(`of ${name} is valid`, async () => assert.deepEqual(mistakes(await shipped(name)), []));
  }

  test('is refused with all its mistakes at once, each with its path', async () => {
    const manifest = await shipped('classifier-phantom');
    delete manifest['licence'];
    const found = mistakes({
      ...manifest,
      version: '1.0',
      sha256: 'ABC',
      thresholds: { noImagingSigns: 45, covid19: 0.45 },
      labels: ['covid-19', 'flu', 'no-imaging-signs'],
      verified: true,
    });
    assert.deepEqual(
      found.map((mistake) => mistake.split(' ')[0]).sort(),
      ['/', '/', '/labels/1', '/sha256', '/thresholds/noImagingSigns', '/version'],
      found.join('\n'),
    );
    assert.match(found.join('\n'), /required property 'licence'/);
    assert.match(found.join('\n'), /unknown key 'verified'/);
    assert.match(found.join('\n'), /\/labels\/1 must be one of covid-19, other-infection, no-imaging-signs/);
  });

  test('may say the UDI of a registered device, with its issuer as a URI', async () => {
    const manifest = await shipped('classifier-phantom');
    const udi = { deviceIdentifier: '09504000059118', issuer: 'http://hl7.org/fhir/NamingSystem/gs1-di' };
    assert.deepEqual(mistakes({ ...manifest, udi }), []);
    const found = mistakes({ ...manifest, udi: { carrierHRF: 'x', issuer: 'GS1' } });
    assert.deepEqual(found.map((mistake) => mistake.split(' ')[0]).sort(), ['/udi', '/udi/issuer']);
  });

  test('may name one file a provider beside the main one, with what it costs', async () => {
    const manifest = await shipped('opacities-phantom');
    const variant = {
      provider: 'cpu',
      file: 'int8.onnx',
      sha256: 'ab'.repeat(32),
      precision: 'int8',
      note: 'Dice 0.70 against 0.71',
    };
    const cuda = { ...variant, provider: 'cuda', file: 'float16.onnx', precision: 'float16' };
    assert.deepEqual(mistakes({ ...manifest, variants: [variant, cuda] }), []);
    assert.deepEqual(mistakes({ ...manifest, variants: [variant, { ...cuda, provider: 'cpu' }] }), [
      '/variants/1/provider is cpu again: a provider has one variant at most',
    ]);
    assert.deepEqual(
      mistakes({
        ...manifest,
        variants: [
          { ...variant, file: manifest['file'] },
          { ...cuda, file: manifest['file'] },
        ],
      }),
      [
        '/variants/0/file is opacities.onnx again: a variant is a file of its own',
        '/variants/1/file is opacities.onnx again: a variant is a file of its own',
      ],
    );
    const { note: _, ...silent } = variant;
    const found = mistakes({ ...manifest, variants: [{ ...silent, provider: 'tpu', precision: 'int4' }] });
    assert.deepEqual(found.map((mistake) => mistake.split(' ')[0]).sort(), [
      '/variants/0',
      '/variants/0/precision',
      '/variants/0/provider',
    ]);
  });

  test('of no known task is refused by what tasks there are', async () => {
    const manifest = await shipped('classifier-phantom');
    assert.deepEqual(mistakes({ ...manifest, task: 'bones' }), [
      '/task must be one of lungs-lobes, lungs, classifier, opacities',
    ]);
    assert.notEqual(mistakes('not even an object').length, 0);
  });

  test('whose shapes do not fit its sizes and labels is refused', async () => {
    const manifest = await shipped('lungs-lobes-phantom');
    const found = mistakes({
      ...manifest,
      inputs: [{ name: 'x', type: 'float32', shape: ['b', 1, 'h', 'w'] }],
      outputs: [{ name: 'p', type: 'float32', shape: ['b', 6, 's', 's', 1] }],
    });
    assert.deepEqual(found, [
      '/inputs/0/shape is [b, 1, h, w], but preprocessing and labels make it [4, 5, 256, 256]',
      '/outputs/0/shape is [b, 6, s, s, 1], but preprocessing and labels make it [4, 6, 256, 256]',
    ]);
  });

  test('whose targets of the contrast stretch are in no order is refused', async () => {
    const manifest = await shipped('opacities-phantom');
    const preprocessing = manifest['preprocessing'] as Record<string, unknown>;
    const stretched = (bcet: unknown) => mistakes({ ...manifest, preprocessing: { ...preprocessing, bcet } });
    assert.deepEqual(stretched({ low: 1, high: 0, mean: 0.43 }), [
      '/preprocessing/bcet must have low < mean < high, but has 1, 0.43, 0',
    ]);
    assert.equal(stretched({ low: 0, high: 1, mean: 1 }).length, 1);
    assert.deepEqual(stretched({ low: 0, high: 255, mean: 110 }), []);
  });

  test('whose peak of opacity is not between its threshold and 1 is refused', async () => {
    const manifest = await shipped('opacities-phantom');
    const peaked = (opacityPeak: number) =>
      mistakes({ ...manifest, thresholds: { opacity: 0.5, opacityPeak } });
    assert.deepEqual(peaked(0.5), [
      '/thresholds/opacityPeak must be above opacity (0.5) and below 1, but is 0.5: leave it out to drop nothing',
    ]);
    assert.equal(peaked(0.4).length, 1);
    assert.equal(peaked(1).length, 1);
    assert.deepEqual(peaked(0.95), []);
  });

  test('may leave the contrast stretch out, and say range, normalisation, channels and activation', async () => {
    const manifest = await shipped('opacities-phantom');
    const { bcet: _, ...preprocessing } = manifest['preprocessing'] as Record<string, unknown>;
    const inputs = [{ name: 'x', type: 'float32', shape: ['b', 3, 'h', 'w'] }];
    const outputs = [{ name: 'p', type: 'float32', shape: ['b', 3, 'h', 'w'] }];
    const normalise = { mean: [0.485, 0.456, 0.406], std: [0.229] };
    const good = {
      ...manifest,
      inputs,
      outputs,
      preprocessing: { ...preprocessing, range: [-1, 1], channels: 3, contextMm: 5, normalise },
      labels: ['background', 'opacity', 'opacity'],
      activation: 'softmax',
    };
    assert.deepEqual(mistakes(good), []);
    assert.deepEqual(
      mistakes({
        ...good,
        preprocessing: { ...good.preprocessing, range: [1, -1], normalise: { mean: [0, 0], std: [1] } },
        activation: 'sigmoid',
      }),
      [
        '/preprocessing/range must rise, but is [1, -1]',
        '/preprocessing/normalise/mean has 2 numbers, but the input has 3 channel(s): give one, or one a channel',
        '/activation sigmoid makes channels that may overlap, but /labels adds up 2 of them: use softmax, or name one',
      ],
    );
  });

  test('is refused where its preprocessing or activation contradicts itself', async () => {
    const manifest = await shipped('opacities-phantom');
    const preprocessing = manifest['preprocessing'] as Record<string, unknown>;
    assert.deepEqual(
      mistakes({
        ...manifest,
        preprocessing: { ...preprocessing, range: [-1, 1], contextMm: 5 },
        activation: 'softmax',
      }),
      [
        '/preprocessing/range and bcet exclude each other: low and high of bcet are the range',
        '/preprocessing/contextMm needs an odd number of channels from 3 on, but there are 1: correct channels, or leave it out if each shows the same slice',
        '/activation softmax of one channel is always 1: use sigmoid',
      ],
    );
    assert.deepEqual(mistakes({ ...(await shipped('lungs-lobes-phantom')), activation: 'sigmoid' }), [
      '/activation sigmoid does not make classes that exclude each other: use softmax, or none',
    ]);
    assert.deepEqual(mistakes({ ...manifest, labels: ['background'] }), [
      '/labels must name the channel of opacity',
    ]);
  });

  test('that is not filled in says what belongs where, beside its other mistakes, each once', async () => {
    const manifest = await shipped('lungs-lobes-phantom');
    const open = 'FILL IN: the label of this channel';
    const found = mistakes({
      ...manifest,
      labels: ['background', open, open, 'RUL', 'RML', 'RLL'],
      licence: 'FILL IN: SPDX licence expression of the weights',
      version: '1',
    });
    assert.deepEqual(
      found.map((mistake) => mistake.replace(/ must match.*/, ' is wrong')),
      [
        '/labels/1 is still to be filled in: the label of this channel',
        '/labels/2 is still to be filled in: the label of this channel',
        '/licence is still to be filled in: SPDX licence expression of the weights',
        '/version is wrong',
      ],
    );
  });

  test('of a lobe network names the background and every lobe exactly once', async () => {
    const manifest = await shipped('lungs-lobes-phantom');
    const labelled = (labels: readonly string[]) => mistakes({ ...manifest, labels }).join();
    assert.match(labelled(['background', 'LUL', 'LLL', 'RUL', 'RML', 'RML']), /^\/labels .*duplicate/);
    assert.match(labelled(['LUL', 'LLL', 'RUL', 'RML', 'RLL']), /^\/labels .*fewer than 6/);
    assert.equal(labelled(['RUL', 'RML', 'RLL', 'LUL', 'LLL', 'background']), '');
  });

  test('cannot name one dimension for two sizes', async () => {
    const manifest = await shipped('opacities-phantom');
    const shape = [{ name: 'x', type: 'float32', shape: ['n', 1, 'n', 'w'] }];
    assert.match(mistakes({ ...manifest, inputs: shape }).join(), /^\/inputs\/0\/shape is \[n, 1, n, w\]/);
  });
});
