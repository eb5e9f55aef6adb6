/** The chest of the demo in as many slices as one likes: the same anatomy, so that nothing grows but the slices. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkConfig } from '../../src/config.ts';
import { openDecodePool } from '../../src/dicom/decode-pool.ts';
import { ingestSeries } from '../../src/dicom/ingest-series.ts';
import { demoStudy } from '../../src/sandbox/demo-study.ts';
import { demoSeriesHeaders, demoStudyHeader } from '../../src/sandbox/phantom/demo-study-plan.ts';
import { axialImage } from '../../src/sandbox/phantom/phantom-images.ts';
import { phantomUid } from '../../src/sandbox/phantom/phantom-uid.ts';
import { type PixelEncoder, rawPixels } from '../../src/sandbox/phantom/pixel-encoders.ts';
import { phantomInstance } from '../../src/sandbox/phantom/write-phantom-series.ts';
import { planResize, resizePlaneBy } from '../../src/volume/resize.ts';
import type { CtVolume } from '../../src/volume/types.ts';

export interface StretchedStudy {
  readonly slices: number;
  readonly studyUid: string;
  readonly patientId: string;
}

interface StretchOptions {
  /** Another one makes another study of it. */
  readonly name?: string;
  /** Raw by default. */
  readonly encode?: PixelEncoder;
}

const extentMm = 300;
const matrix = 512;
const pixelMm = 0.7;

/** A chest that slices are taken from. */
export interface WideChest {
  /** HU, [116, 512, 512]. */
  readonly hu: Int16Array;
  readonly originMm: CtVolume['originMm'];
}

/** The series of the demo that is analysed, 116 slices of 256 x 256, with rows and columns doubled. */
export async function readDemoChest(): Promise<WideChest> {
  const folder = join(demoStudy.folder, '2-chest');
  const files = (await readdir(folder)).toSorted();
  const { limits } = checkConfig({});
  const pool = openDecodePool({ threads: 1 });
  async function* contents() {
    for (const file of files) yield new Uint8Array(await readFile(join(folder, file)));
  }
  try {
    const { signal } = new AbortController();
    const { volume } = await ingestSeries(contents(), { pool, limits, signal });
    return { hu: widened(volume), originMm: volume.originMm };
  } finally {
    await pool.close();
  }
}

/**
 * Writes the chest into a folder as a study of its own, of one patient: slices of 512 x 512 over 300 mm. A slice at a
 * time: 2,000 of them are a gigabyte.
 */
export async function writeStretchedStudy(
  folder: string,
  { hu, originMm }: WideChest,
  slices: number,
  { name = `growth, ${slices} slices`, encode = rawPixels }: StretchOptions = {},
): Promise<StretchedStudy> {
  const spacing = extentMm / slices;
  const patientId = `PHANTOM-GROWTH-${slices}`;
  const study = {
    ...demoStudyHeader,
    patient: { ...demoStudyHeader.patient, id: patientId },
    studyInstanceUid: phantomUid(`${name}: study`),
    frameOfReferenceUid: phantomUid(`${name}: frame of reference`),
  };
  const header = {
    ...demoSeriesHeaders.chest,
    seriesInstanceUid: phantomUid(`${name}: series`),
    sliceThicknessMm: spacing,
  };
  const volume = {
    shape: [slices, matrix, matrix],
    spacingMm: [spacing, pixelMm, pixelMm],
    originMm,
  } as const;
  await mkdir(folder, { recursive: true });
  for (let k = 0; k < slices; k += 1) {
    const image = axialImage(volume, sliceAt(hu, (k + 0.5) / slices), k);
    const file = join(folder, `${String(k + 1).padStart(4, '0')}.dcm`);
    await writeFile(file, phantomInstance({ study, header }, image, k, encode));
  }
  return { slices, studyUid: study.studyInstanceUid, patientId };
}

/** Each slice resized to 512 x 512, once: of the demo there are fewer than of what is made of them. */
function widened({ data, shape: [depth, rows, columns] }: CtVolume): Int16Array {
  const plan = planResize([rows, columns], [matrix, matrix]);
  const wide = new Float32Array(matrix * matrix);
  const out = new Int16Array(depth * wide.length);
  for (let z = 0; z < depth; z += 1) {
    resizePlaneBy(plan, data.subarray(z * rows * columns, (z + 1) * rows * columns), wide);
    out.set(wide.map(Math.round), z * wide.length);
  }
  return out;
}

/** One slice at a fraction of the way from feet to head, between two of the demo in proportion. */
function sliceAt(chest: Int16Array, fraction: number): Int16Array {
  const size = matrix * matrix;
  const depth = chest.length / size;
  const z = Math.min(depth - 1, Math.max(0, fraction * depth - 0.5));
  const below = Math.min(Math.floor(z), depth - 2);
  const share = z - below;
  const from = below * size;
  const slice = new Int16Array(size);
  for (let i = 0; i < size; i += 1) {
    const low = chest[from + i] as number;
    slice[i] = Math.round(low + share * ((chest[from + size + i] as number) - low));
  }
  return slice;
}
