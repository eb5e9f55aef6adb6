import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseSeries } from '../../../src/analysis/choose-series.ts';
import { fileSource } from '../../../src/analysis/file-source.ts';
import { retrieve } from '../../../src/analysis/retrieve.ts';
import { checkConfig } from '../../../src/config.ts';
import { openDecodePool } from '../../../src/dicom/decode-pool.ts';
import { generatePhantom } from '../../../src/sandbox/phantom/generate-phantom.ts';
import type { CtVolume } from '../../../src/volume/types.ts';
import { sharedData, sharedDataMissing } from '../../support/shared-data.ts';

export interface RegressionStudy {
  readonly name: string;
  readonly missing: string | false;
  volume(): Promise<CtVolume>;
}

/** A real chest of 275 slices with a tumour, a real small one with thick slices, and a phantom with COVID-19. */
export const regressionStudies: readonly RegressionStudy[] = [
  { name: 'lidc-0314', missing: sharedDataMissing, volume: unpacked },
  {
    name: 'cip-ct64',
    missing: sharedDataMissing,
    volume: () => fromFiles(sharedData('cip-ct64', 'ct-64Dicom')),
  },
  { name: 'phantom-covid-19', missing: false, volume: async () => phantom() },
];

async function unpacked(): Promise<CtVolume> {
  const folder = mkdtempSync(join(tmpdir(), 'lobar-regression-'));
  try {
    execFileSync('tar', ['xJf', sharedData('lidc-0314', 'LIDC-IDRI-0314_CT_275dcm.tar.xz'), '-C', folder]);
    return await fromFiles(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function fromFiles(folder: string): Promise<CtVolume> {
  const { limits, eligibility } = checkConfig({});
  const { signal } = new AbortController();
  const source = await fileSource([folder], limits);
  const chosen = await chooseSeries(source, { force: true }, eligibility, signal);
  if (chosen.kind !== 'chosen') throw new Error(`${folder} holds no series that can be analysed`);
  const decodePool = openDecodePool({ threads: 2 });
  try {
    const options = { decodePool, limits, force: true, signal, onProgress: () => {} };
    return (await retrieve(source, chosen, options)).volume;
  } finally {
    await decodePool.close();
  }
}

/** Slices of 1.7 mm, an uneven number of them, so that no grid divides them. */
function phantom(): CtVolume {
  const options = {
    seed: 11,
    shape: [171, 251, 263],
    spacingMm: [1.7, 1.41, 1.37],
    pathology: 'covid-19',
  } as const;
  const { hu, originMm } = generatePhantom(options);
  const data = new Int16Array(new SharedArrayBuffer(hu.byteLength));
  data.set(hu);
  const { shape, spacingMm } = options;
  return { data, shape, spacingMm, originMm, direction: { x: [1, 0, 0], y: [0, 1, 0], z: [0, 0, 1] } };
}
