import type { ObjectFacts, SourceImage } from '../../../../src/dicom/objects/object-facts.ts';
import type { Findings, Lobe, LobeScore } from '../../../../src/pipeline/types.ts';
import type { LabelMap } from '../../../../src/volume/types.ts';
import { labelsOf } from '../../../support/small-volume.ts';

/** Names this result in all tests. */
export const runKey = '1c4df8b7-0475-5a47-9296-26def68b501f';

/** A volume of 4 x 6 x 10 voxels, upright. */
export const exampleFacts: ObjectFacts = {
  context: {
    patientName: 'Größe^Žofie=大小^山',
    patientId: 'MRN-42',
    issuerOfPatientId: 'HOSPITAL',
    patientBirthDate: '19700101',
    patientSex: 'F',
    patientAge: '056Y',
    studyInstanceUid: '2.25.1001',
    studyId: 'S1',
    studyDate: '20261123',
    studyTime: '050000',
    timezoneOffset: '+0100',
    studyDescription: 'CT Thorax',
    accessionNumber: 'ACC-1',
    referringPhysicianName: 'Doctor^Any',
    seriesInstanceUid: '2.25.1002',
    seriesNumber: 2,
    seriesDescription: 'Thorax 1.0 Br60',
    frameOfReferenceUid: '2.25.1003',
    positionReferenceIndicator: 'SN',
  },
  runKey,
  issuedAt: '2026-11-23T23:30:05.123Z',
  algorithm: { name: 'Lobar COVID-19 chest CT pipeline', version: '0.1.0' },
  models: [
    { task: 'lungs-lobes', name: 'lobes-phantom', version: '0.2.0', sha256: 'a'.repeat(64) },
    { task: 'classifier', name: 'classifier-phantom', version: '0.3.0', sha256: 'b'.repeat(64) },
    { task: 'opacities', name: 'opacities-phantom', version: '0.4.0', sha256: 'c'.repeat(64) },
  ],
  grid: {
    shape: [4, 6, 10],
    spacingMm: [2.5, 0.75, 0.5],
    originMm: [-120.5, -200.25, 1000],
    direction: { x: [1, 0, 0], y: [0, 1, 0], z: [0, 0, 1] },
  },
  sources: Array.from({ length: 4 }, (_, z) => sliceAt(z, [-120.5, -200.25, 1000 + z * 2.5])),
};

export function sliceAt(z: number, imagePositionPatient: readonly [number, number, number]): SourceImage {
  return {
    sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
    sopInstanceUid: `2.25.200${z}`,
    frameNumber: 1,
    numberOfFrames: 1,
    imagePositionPatient,
    imageOrientationPatient: { row: [1, 0, 0], column: [0, 1, 0] },
  };
}

/** Lobes beside and above one another, with nothing in the lowest slice. */
export const exampleLobes: LabelMap = labelsOf(exampleFacts.grid.shape, (z, y, x) => {
  if (z === 0 || y === 0 || x === 4 || x === 5) return 0;
  if (x < 4) return z === 3 ? 1 : y < 3 ? 2 : 3;
  return z === 3 ? 4 : 5;
});
/** In the two lower lobes of slice 1 only. */
export const exampleOpacities: LabelMap = labelsOf(exampleFacts.grid.shape, (z, y, x) =>
  z === 1 && y >= 4 && (x === 2 || x === 8 || x === 9) ? 1 : 0,
);

/** As published: 31.2, 4.1, 52.9, 12 and no percentage; lobe scores 3 + 1 + 4 + 2 + 0 = 10. */
export const exampleFindings: Findings = {
  classification: {
    decision: 'other-infection',
    probabilities: { 'covid-19': 0.27, 'other-infection': 0.7, 'no-imaging-signs': 0.03 },
  },
  involvement: {
    lungMl: 3300,
    opacityMl: 946,
    percent: 28.7,
    right: { lungMl: 2300, opacityMl: 826, percent: 35.9 },
    left: { lungMl: 1000, opacityMl: 120, percent: 12 },
    lobes: [
      lobe('RUL', 900, 281, 31.2, 3),
      lobe('RML', 400, 17, 4.1, 1),
      lobe('RLL', 1000, 529, 52.9, 4),
      lobe('LUL', 1000, 120, 12, 2),
      lobe('LLL', 0, 0, 0, 0),
    ],
  },
  severity: { score: 10, band: 'moderate' },
};

function lobe(name: Lobe, lungMl: number, opacityMl: number, percent: number, score: LobeScore) {
  return { lobe: name, lungMl, opacityMl, percent, score };
}
