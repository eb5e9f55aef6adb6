/** What the suite `report` draws: a phantom with its own masks, kept in files, so that no network has to run. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generatePhantom } from '../../src/sandbox/phantom/generate-phantom.ts';
import type { LabelMap } from '../../src/volume/types.ts';
import { writeVolume } from '../volume-file.ts';

const shape = [300, 512, 512] as const;
const spacingMm = [1, 0.7, 0.7] as const;

/** A chest of 300 slices of 512 x 512, with the opacities of COVID-19. */
export async function writeReportInput(folder: string): Promise<void> {
  const { hu, lobes, opacities, originMm } = generatePhantom({
    seed: 1,
    shape,
    spacingMm,
    pathology: 'covid-19',
  });
  const direction = { x: [1, 0, 0], y: [0, 1, 0], z: [0, 0, 1] } as const;
  await writeVolume(folder, { data: hu, shape, spacingMm, originMm, direction });
  await writeFile(join(folder, 'lobes'), lobes);
  await writeFile(join(folder, 'opacities'), opacities);
}

export async function readMasks(
  folder: string,
): Promise<{ readonly lobes: LabelMap; readonly opacities: LabelMap }> {
  const read = async (name: string): Promise<LabelMap> => ({
    data: new Uint8Array(await readFile(join(folder, name))),
    shape,
  });
  return { lobes: await read('lobes'), opacities: await read('opacities') };
}
