import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { parseInstance } from '../../src/dicom/parse-instance.ts';
import { dicomFile } from '../support/dicom-writer.ts';
import { sharedData, sharedDataMissing } from '../support/shared-data.ts';
import { ctFile, limits } from './support/ct-file.ts';

/** Writes a 16-bit or 32-bit length over the one of an explicit VR element. */
function lieAboutLength(file: Uint8Array, tag: readonly number[], length: number): Uint8Array {
  const bytes = Buffer.from(file);
  const at = bytes.indexOf(Buffer.from(tag));
  assert.notEqual(at, -1);
  if (bytes.toString('latin1', at + 4, at + 6) === 'OW') bytes.writeUInt32LE(length, at + 8);
  else bytes.writeUInt16LE(length, at + 6);
  return bytes;
}

describe('an instance', () => {
  it('gives what pydicom reads of a real GE slice', { skip: sharedDataMissing }, () => {
    const bytes = readFileSync(sharedData('transfer-syntaxes', 'CTImage.dcm'));
    const { header, pixelData } = parseInstance(bytes, limits);
    // Expected values: pydicom 3.0.2.
    assert.deepEqual(header, {
      sopInstanceUid: '1.2.840.113619.2.30.1.1762295590.1623.978668950.109',
      sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
      studyInstanceUid: '1.2.840.113619.2.30.1.1762295590.1623.978668949.886',
      seriesInstanceUid: '1.2.840.113619.2.30.1.1762295590.1623.978668949.890',
      transferSyntaxUid: '1.2.840.10008.1.2',
      modality: 'CT',
      imageType: ['ORIGINAL', 'PRIMARY', 'AXIAL'],
      rows: 512,
      columns: 512,
      numberOfFrames: 1,
      frameNumber: 1,
      samplesPerPixel: 1,
      photometricInterpretation: 'MONOCHROME2',
      bitsAllocated: 16,
      bitsStored: 16,
      highBit: 15,
      pixelRepresentation: 1,
      rescaleSlope: 1,
      rescaleIntercept: -1024,
      pixelPaddingValue: -32768,
      frameOfReferenceUid: '1.2.840.113619.2.30.1.1762295590.1623.978668949.886.8493.0.12',
      imagePositionPatient: [-161.399994, -148.800003, 4.7],
      imageOrientationPatient: { row: [1, 0, 0], column: [0, 1, 0] },
      pixelSpacingMm: { row: 0.675781, column: 0.675781 },
      sliceThicknessMm: 5,
      gantryTiltDegrees: 0,
      instanceNumber: 1,
      acquisitionNumber: 1,
      seriesNumber: 2,
      seriesDescription: 'HELICAL CHEST',
      studyDescription: 'CHEST',
      convolutionKernel: ['STANDARD'],
      manufacturer: 'GE MEDICAL SYSTEMS',
      accessionNumber: '0000000001',
      patient: { id: '2178309' },
      studyDate: '20010105',
      acquiredAt: { date: '20010105', time: '083848' },
      kvp: 120,
      scannedAt: '20010105083848',
    });
    assert.deepEqual(pixelData, { offset: bytes.length - 524_288, length: 524_288 });
  });

  it('takes its UIDs from the file meta information where de-identification emptied them', {
    skip: sharedDataMissing,
  }, () => {
    const file = 'CT.1.3.12.2.1107.5.1.4.60064.30000022120808113428000016573.dcm';
    const { header, pixelData } = parseInstance(readFileSync(sharedData('abdomen-j2k', file)), limits);
    // pydicom: file_meta.MediaStorageSOPInstanceUID; the data set's UIDs are empty.
    assert.equal(header.sopInstanceUid, '1.3.12.2.1107.5.1.4.60064.30000022120808113428000016573');
    assert.equal(header.studyInstanceUid, '');
    assert.deepEqual(header.acquiredAt, { date: '20221208', time: '140352.457000' });
    assert.equal(pixelData?.length, undefined, 'encapsulated');
  });

  it('reads text in its character set, and padding in its pixel representation', () => {
    const { header } = parseInstance(
      ctFile(0, 0, [
        ['00080005', 'CS', 'ISO_IR 192'],
        ['00100020', 'LO', 'Å-1'],
        ['00280103', 'US', [1]],
        ['00280120', 'US', [63_536]],
      ]),
      limits,
    );
    assert.equal(header.patient.id, 'Å-1');
    // 63536 - 65536, written as US by a careless writer.
    assert.equal(header.pixelPaddingValue, -2000);
  });

  it('is refused where it is not DICOM', () => {
    const file = ctFile(0);
    for (const bytes of [new Uint8Array(0), file.subarray(0, 131), file.subarray(1)]) {
      assert.throws(() => parseInstance(bytes, limits), { code: 'not-dicom' });
    }
  });

  it('is refused where an element claims more bytes than there are', () => {
    for (const length of [60_000, 65_535]) {
      const bytes = lieAboutLength(ctFile(0), [0x28, 0x00, 0x30, 0x00], length);
      assert.throws(() => parseInstance(bytes, limits), { code: 'dicom-invalid' });
    }
  });

  it('is refused for that also when it is longer than the header limit', () => {
    const long = ctFile(0, 0, [['7FE00010', 'OW', new Uint8Array(20_000)]]);
    const bytes = lieAboutLength(long, [0x28, 0x00, 0x30, 0x00], 60_000);
    assert.throws(() => parseInstance(bytes, { ...limits, headerBytes: 4000 }), { code: 'dicom-invalid' });
  });

  it('is refused where its header is longer than the limit', () => {
    const bytes = ctFile(0, 0, [['00091001', 'OB', new Uint8Array(5000)]]);
    assert.throws(() => parseInstance(bytes, { ...limits, headerBytes: 4000 }), { code: 'limit-exceeded' });
  });

  it('is refused for that limit also where its file meta information is longer', () => {
    // Private Information (PS3.10 7.1).
    const long = ctFile(0, 0, [['00020102', 'OB', new Uint8Array(5000)]]);
    const between = Buffer.from(long).indexOf(Buffer.from([0x02, 0x00, 0x02, 0x01]));
    for (const headerBytes of [4000, between]) {
      assert.throws(() => parseInstance(long, { ...limits, headerBytes }), {
        code: 'limit-exceeded',
        message: new RegExp(`limits\\.headerBytes \\(${headerBytes} bytes\\)`),
      });
    }
  });

  it('is read of whatever size it is: that matters to who wants its pixels', () => {
    const bytes = ctFile(0, 0, [['00280010', 'US', [4000]]]);
    assert.equal(parseInstance(bytes, limits).header.rows, 4000);
  });

  it('is refused where a UID is none', () => {
    for (const uid of ['../../etc', '1..2', `1.${'2'.repeat(63)}`]) {
      const bytes = ctFile(0, 0, [['0020000D', 'UI', uid]]);
      assert.throws(() => parseInstance(bytes, limits), { code: 'dicom-invalid' }, uid);
    }
  });

  it('is refused where its transfer syntax is private or not given', () => {
    assert.throws(() => parseInstance(dicomFile([], '1.2.3.4'), limits), {
      code: 'transfer-syntax-unsupported',
    });
    assert.throws(() => parseInstance(dicomFile([], ''), limits), { code: 'dicom-invalid' });
  });

  it('is never anything but a header or a coded error when it breaks off anywhere', () => {
    const file = ctFile(0);
    for (let length = 0; length < file.length; length += 1) {
      try {
        parseInstance(file.subarray(0, length), limits);
      } catch (error) {
        assert.ok(['not-dicom', 'dicom-invalid'].includes((error as { code: string }).code), String(error));
      }
    }
  });
});
