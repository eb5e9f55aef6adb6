import { join } from 'node:path';
import type { DicomElement } from '../../src/dicom/write/dicom-elements.ts';
import { generatePhantom, type Phantom } from '../../src/sandbox/phantom/generate-phantom.ts';
import type { Pathology } from '../../src/sandbox/phantom/lesions.ts';
import type { PhantomSeriesHeader, PhantomStudyHeader } from '../../src/sandbox/phantom/phantom-header.ts';
import { axialImages } from '../../src/sandbox/phantom/phantom-images.ts';
import { phantomUid } from '../../src/sandbox/phantom/phantom-uid.ts';
import { openJpegLsPixels, rawPixels } from '../../src/sandbox/phantom/pixel-encoders.ts';
import type { PhantomTruth } from '../../src/sandbox/phantom/truth.ts';
import { writePhantomSeries } from '../../src/sandbox/phantom/write-phantom-series.ts';

export interface PhantomStudyOptions {
  /** Another seed is another patient, study and image. */
  readonly seed?: number;
  readonly pathology?: Pathology;
  /** Slices of 3 mm by default; 60 of them cover 180 mm. */
  readonly slices?: number;
  readonly spacingMm?: number;
  readonly matrix?: number;
  readonly jpegLs?: boolean;
  readonly study?: Partial<PhantomStudyHeader>;
  readonly patient?: Partial<PhantomStudyHeader['patient']>;
  readonly series?: Partial<PhantomSeriesHeader>;
  /** Slices, counted from the feet, that are not written. */
  readonly drop?: readonly number[];
  /** Tags left out of every header, such as 00100020. */
  readonly omit?: readonly string[];
  /** Elements that take the place of those with their tags, or are added. */
  readonly replace?: readonly DicomElement[];
}

export interface PhantomStudy {
  readonly study: PhantomStudyHeader;
  readonly series: PhantomSeriesHeader;
  readonly files: readonly string[];
  readonly truth: PhantomTruth;
  readonly phantom: Phantom;
}

/**
 * Writes a small chest CT series of a phantom below a folder: eligible by PIPELINE.md 1 unless the options
 * spoil it, raw explicit little endian unless asked otherwise, the same bytes for the same options.
 */
export async function writePhantomStudy(
  folder: string,
  options: PhantomStudyOptions = {},
): Promise<PhantomStudy> {
  const { seed = 1, slices = 60, spacingMm = 3, matrix = 128, drop = [], omit = [], replace = [] } = options;
  const pixelMm = 358.4 / matrix;
  const phantom = generatePhantom({
    seed,
    shape: [slices, matrix, matrix],
    spacingMm: [spacingMm, pixelMm, pixelMm],
    pathology: options.pathology ?? 'covid-19',
  });
  const study = { ...studyHeader(seed), ...options.study };
  const withPatient = { ...study, patient: { ...study.patient, ...options.patient } };
  const series = { ...seriesHeader(seed, spacingMm), ...options.series };
  const replaced = new Set([...omit, ...replace.map(({ tag }) => tag)].map((tag) => tag.toLowerCase()));
  const files = await writePhantomSeries(
    join(folder, `phantom-${seed}-series-${series.number}`),
    {
      study: withPatient,
      header: series,
      images: axialImages(phantom).filter((_, index) => !drop.includes(index)),
    },
    options.jpegLs ? await openJpegLsPixels() : rawPixels,
    (header) => [
      ...header.filter(({ tag }) => !replaced.has(tag)),
      ...replace.map((element) => ({ ...element, tag: element.tag.toLowerCase() })),
    ],
  );
  return { study: withPatient, series, files, truth: phantom.truth, phantom };
}

const studyHeader = (seed: number): PhantomStudyHeader => ({
  patient: {
    name: `PHANTOM^TEST ${seed}`,
    id: `PHANTOM-TEST-${seed}`,
    issuer: 'LOBAR-TEST',
    birthDate: '19700101',
    sex: 'O',
    age: '056Y',
  },
  studyInstanceUid: phantomUid(`test study ${seed}`),
  frameOfReferenceUid: phantomUid(`frame of reference of test study ${seed}`),
  date: '20261102',
  time: '101500',
  timezone: '+0000',
  accessionNumber: `TEST-${seed}`,
  description: 'CT CHEST PHANTOM',
});

const seriesHeader = (seed: number, sliceThicknessMm: number): PhantomSeriesHeader => ({
  seriesInstanceUid: phantomUid(`series of test study ${seed}`),
  number: 2,
  description: 'PHANTOM chest for tests',
  kind: 'AXIAL',
  convolutionKernel: 'LUNG',
  sliceThicknessMm,
});
