import { lobeColours, opacityColour } from '../../src/pipeline/lobe-colours.ts';
import { blankPicture, type Picture } from '../../src/report/picture.ts';
import type { ReportContent } from '../../src/report/report-content.ts';
import type { PictureName, PictureView, ReportPicture } from '../../src/report/report-pictures.ts';
import { exampleFacts } from '../fhir/facts.ts';

/** Numbers as they are published, of a patient with two earlier results, the older one by another version. */
export const exampleContent: ReportContent = {
  site: 'St. Example Hospital',
  subject: {
    patientName: 'Muster^Erika^Maria^Dr.^',
    patientId: 'MRN-42',
    patientBirthDate: '19500102',
    patientSex: 'F',
    patientAge: '076Y',
    accession: 'ACC-1',
    studyUid: '1.2.826.0.1.3680043.8.498.1',
    studyDate: '20261123',
    studyTime: '045959.120000',
    studyDescription: 'CT Thorax nativ',
    seriesUid: '1.2.826.0.1.3680043.8.498.1.2',
    seriesNumber: 3,
    seriesDescription: 'Thorax 1.0 Br60',
    slices: 275,
    spacingMm: [1, 0.78, 0.78],
  },
  findings: {
    classification: {
      decision: 'covid-19',
      probabilities: { 'covid-19': 0.87, 'other-infection': 0.1, 'no-imaging-signs': 0.03 },
    },
    involvement: {
      lungMl: 4200,
      opacityMl: 1445,
      percent: 34.4,
      right: { lungMl: 2300, opacityMl: 760, percent: 33.1 },
      left: { lungMl: 1900, opacityMl: 684, percent: 36 },
      lobes: [
        { lobe: 'RUL', lungMl: 900, opacityMl: 281, percent: 31.2, score: 3 },
        { lobe: 'RML', lungMl: 400, opacityMl: 17, percent: 4.1, score: 1 },
        { lobe: 'RLL', lungMl: 1001, opacityMl: 529, percent: 52.9, score: 4 },
        { lobe: 'LUL', lungMl: 1002, opacityMl: 120, percent: 12, score: 2 },
        { lobe: 'LLL', lungMl: 899, opacityMl: 543, percent: 60.3, score: 4 },
      ],
    },
    severity: { score: 14, band: 'moderate' },
  },
  algorithm: { name: 'Lobar', version: '0.1.0' },
  models: exampleFacts.models,
  warnings: [
    { code: 'unknown-age', text: 'The age of the patient is not known; the models are for adults.' },
    { code: 'lungs-cut-off', text: 'The lungs reach the edge of the images: part of them was not scanned.' },
  ],
  previous: [
    { scannedAt: '2026-11-09', involvementPercent: 8.2, severityScore: 6, algorithmVersion: '0.0.9' },
    {
      scannedAt: '2026-11-16T08:12:00+01:00',
      involvementPercent: 41.7,
      severityScore: 17,
      algorithmVersion: '0.1.0',
    },
  ],
  issuedAt: '2026-11-23T04:10:00Z',
  runKey: '0b4ca294-53ce-558d-a0f2-e0b1ac937642',
};

const views: Readonly<Record<PictureName, readonly [PictureView, width: number, height: number]>> = {
  'most-affected': [{ kind: 'transverse', index: 120, positionMm: -143.5 }, 640, 480],
  upper: [{ kind: 'transverse', index: 220, positionMm: -43.5 }, 360, 280],
  middle: [{ kind: 'transverse', index: 140, positionMm: -123.5 }, 360, 280],
  lower: [{ kind: 'transverse', index: 60, positionMm: -203.5 }, 360, 280],
  coronal: [{ kind: 'coronal', index: 250, positionMm: 12.25 }, 360, 280],
  sagittal: [{ kind: 'sagittal', index: 130, positionMm: 88.1 }, 360, 280],
  'lungs-front': [{ kind: 'rendering', from: 'front' }, 480, 480],
  'lungs-back': [{ kind: 'rendering', from: 'back' }, 480, 480],
  lobes: [{ kind: 'figure' }, 480, 320],
};

/** Pictures of the sizes of real ones, as noisy as a scan, with two lungs and an opacity. */
export function examplePictures(): readonly ReportPicture[] {
  return Object.entries(views).map(([name, [view, width, height]], i) => ({
    name: name as PictureName,
    view,
    picture: noisyLungs(width, height, i + 1),
  }));
}

function noisyLungs(width: number, height: number, seed: number): Picture {
  const picture = blankPicture(width, height);
  let state = seed;
  const noise = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  const inside = (x: number, y: number, cx: number, cy: number, rx: number, ry: number) =>
    Math.hypot((x / width - cx) / rx, (y / height - cy) / ry);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const body = inside(x, y, 0.5, 0.5, 0.45, 0.42);
      const right = inside(x, y, 0.31, 0.5, 0.15, 0.3);
      const left = inside(x, y, 0.69, 0.5, 0.15, 0.3);
      const opacity = inside(x, y, 0.7, 0.66, 0.07, 0.1);
      const lung = Math.min(right, left) < 1;
      const grey = body > 1 ? 0 : opacity < 1 ? 140 : lung ? 50 : 210;
      const value = grey === 0 ? 0 : Math.min(255, Math.max(0, Math.round(grey + 16 * noise())));
      const outline = Math.abs(opacity - 1) < 0.08 ? opacityColour : undefined;
      const lobe =
        Math.abs(right - 1) < 0.02
          ? lobeColours.RUL
          : Math.abs(left - 1) < 0.02
            ? lobeColours.LLL
            : undefined;
      picture.data.set(outline ?? lobe ?? [value, value, value], 3 * (y * width + x));
    }
  }
  return picture;
}

/** Everything that a file may hold to break a page: too long, in scripts that the font lacks, markup, controls. */
export function hostileContent(): ReportContent {
  const long = `Aleksandrowicz-${'Wielonazwiskowa-'.repeat(12)}Kowalska`;
  return {
    ...exampleContent,
    site: 'Universitätsklinikum <b>für</b> Pneumologie & Allergologie am See',
    subject: {
      ...exampleContent.subject,
      patientName: `${long}^Anna\u0000\u0007<script>alert("1")</script>^^^=山田^太郎=やまだ^たろう`,
      patientId: '\u202eמטופל-12345\u202c & <img src=x onerror=alert(1)>',
      patientBirthDate: '19500231',
      patientSex: 'X',
      patientAge: 'old',
      accession: '=cmd|"/c calc"!A1',
      studyDescription: 'د. محمد صدر بدون تباين '.repeat(10),
      seriesDescription: '胸部CT 薄层 肺窗 '.repeat(20),
      studyTime: '4',
    },
    models: [
      ...exampleContent.models.map((model, i) => ({
        ...model,
        name: `model-with-a-name-of-sixty-four-letters-${'x'.repeat(24)}`,
        intendedUse: `For ${'careful and long-winded '.repeat(40)} testing ${i}.`,
      })),
    ],
    warnings: Array.from({ length: 20 }, (_, i) => ({
      code: `warning-${i + 1}`,
      text: `Warning ${i + 1} of twenty: </li><script>alert(${i})</script> ${'which goes on and on '.repeat(i % 7)}`,
    })),
    previous: Array.from({ length: 30 }, (_, i) => ({
      scannedAt: `2026-10-${String(i + 1).padStart(2, '0')}`,
      involvementPercent: (i * 7) % 100,
      severityScore: i % 26,
      ...(i % 3 === 0 ? {} : { algorithmVersion: i % 3 === 1 ? '0.1.0' : '0.0.9-rc.1+build.20261009' }),
    })),
  };
}
