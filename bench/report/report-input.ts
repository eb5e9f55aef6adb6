/** What the suite `report` draws: a phantom with its own masks, kept in files, so that no network has to run. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generatePhantom } from '../../src/sandbox/phantom/generate-phantom.ts';
import type { CtVolume, LabelMap } from '../../src/volume/types.ts';

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
  await writeFile(join(folder, 'hu'), new Uint8Array(hu.buffer));
  await writeFile(join(folder, 'lobes'), lobes);
  await writeFile(join(folder, 'opacities'), opacities);
  await writeFile(join(folder, 'origin.json'), JSON.stringify(originMm));
}

/** The volume in shared memory, as the service has it. */
export async function readVolume(folder: string): Promise<CtVolume> {
  const bytes = await readFile(join(folder, 'hu'));
  const data = new Int16Array(new SharedArrayBuffer(bytes.length));
  new Uint8Array(data.buffer).set(bytes);
  const originMm = JSON.parse(await readFile(join(folder, 'origin.json'), 'utf8')) as CtVolume['originMm'];
  return {
    data,
    shape,
    spacingMm,
    originMm,
    direction: { x: [1, 0, 0], y: [0, 1, 0], z: [0, 0, 1] },
  };
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
