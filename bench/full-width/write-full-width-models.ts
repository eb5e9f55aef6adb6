import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { shippedModelsFolder } from '../../src/inference/shipped-models-folder.ts';
import { onnxModel } from '../../test/inference/support/write-onnx.ts';
import { resnetUnet } from './resnet-unet.ts';

const shipped = { lungsLobes: 'lungs-lobes-phantom', classifier: 'classifier-phantom' } as const;
const like = 'opacities-phantom';
const name = 'opacities-full-width-random';
const file = 'opacities.onnx';

/** What `inference` of the configuration says to use the packages of that folder. */
export interface FullWidthModels {
  readonly modelsFolder: string;
  readonly opacities: string;
}

/**
 * Writes a folder of model packages: those that are shipped, and one for opacities that is like the shipped one but
 * for its network, the paper's U-Net at its full width (98 MB) with random weights. For measuring only.
 *
 * @param folder - is made
 */
export async function writeFullWidthModels(folder: string, width = 1): Promise<FullWidthModels> {
  await mkdir(join(folder, name), { recursive: true });
  for (const package_ of Object.values(shipped))
    await cp(join(shippedModelsFolder, package_), join(folder, package_), { recursive: true });
  const bytes = onnxModel(resnetUnet(width, 1));
  await writeFile(join(folder, name, file), bytes);
  const text = await readFile(join(shippedModelsFolder, like, 'manifest.json'), 'utf8');
  const { variants: _, $schema: __, ...manifest } = JSON.parse(text) as Record<string, unknown>;
  const changed = {
    ...manifest,
    name,
    file,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    trainingData: 'None: its weights are random.',
    intendedUse: 'Measuring how long a network of this size takes. What it answers means nothing.',
    limits: ['Its weights are random: what it marks means nothing.'],
  };
  await writeFile(join(folder, name, 'manifest.json'), JSON.stringify(changed, null, 2));
  return { modelsFolder: folder, opacities: name };
}
