import type { InstanceHeader } from '../../../src/dicom/instance-header.ts';

/** The header of one axial chest CT slice of an adult at height z. */
export function sliceHeader(z: number, change: Partial<InstanceHeader> = {}): InstanceHeader {
  return {
    sopInstanceUid: `2.25.${1000 + Math.round(z * 100)}`,
    sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
    studyInstanceUid: '2.25.10',
    seriesInstanceUid: '2.25.11',
    modality: 'CT',
    imageType: ['ORIGINAL', 'PRIMARY', 'AXIAL'],
    rows: 512,
    columns: 512,
    numberOfFrames: 1,
    frameNumber: 1,
    samplesPerPixel: 1,
    photometricInterpretation: 'MONOCHROME2',
    bitsAllocated: 16,
    bitsStored: 12,
    highBit: 11,
    pixelRepresentation: 0,
    rescaleSlope: 1,
    rescaleIntercept: -1024,
    imagePositionPatient: [-180, -170, z],
    imageOrientationPatient: { row: [1, 0, 0], column: [0, 1, 0] },
    pixelSpacingMm: { row: 0.7, column: 0.7 },
    sliceThicknessMm: 1,
    gantryTiltDegrees: 0,
    bodyPartExamined: 'CHEST',
    studyDate: '20260301',
    patient: { id: 'P1', age: '052Y' },
    ...change,
  };
}

/** A series of `count` slices from feet to head, `stepMm` apart. */
export function seriesHeaders(
  count: number,
  stepMm: number,
  change: Partial<InstanceHeader> = {},
): InstanceHeader[] {
  return Array.from({ length: count }, (_, k) => sliceHeader(k * stepMm, change));
}
