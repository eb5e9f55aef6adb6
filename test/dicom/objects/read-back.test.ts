import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { objectKind } from '../../../src/dicom/object-kind.ts';
import { encapsulatedPdf } from '../../../src/dicom/objects/encapsulated-pdf.ts';
import { secondaryCaptures } from '../../../src/dicom/objects/secondary-captures.ts';
import { packSegments } from '../../../src/dicom/objects/seg/pack-segments.ts';
import { segmentationObject } from '../../../src/dicom/objects/seg/segmentation-object.ts';
import { measurementReport } from '../../../src/dicom/objects/sr/measurement-report.ts';
import { parseInstance } from '../../../src/dicom/parse-instance.ts';
import { limits } from '../support/ct-file.ts';
import { exampleFacts, exampleFindings, exampleLobes, exampleOpacities } from './support/example-facts.ts';

const picture = { name: 'lobes', caption: 'Bars', width: 2, height: 2, data: new Uint8Array(12) };
const objects = {
  SEG: segmentationObject(exampleFacts, packSegments(exampleLobes, exampleOpacities)),
  SR: measurementReport(exampleFacts, { findings: exampleFindings, withSegments: true }),
  DOC: encapsulatedPdf(exampleFacts, { bytes: Buffer.from('%PDF'), title: 'Report', language: 'en' }),
  OT: secondaryCaptures(exampleFacts, [{ ...picture, orientation: undefined }])[0] ?? assert.fail(),
};

describe('An object of an analysis that Lobar meets again, in an upload or a folder', () => {
  for (const [modality, { bytes, sopInstanceUid, seriesInstanceUid }] of Object.entries(objects)) {
    it(`is no CT: ${modality}`, () => {
      // As few frames as an instance may have: a segmentation has more.
      const { header, frames } = parseInstance(bytes, { ...limits, frames: 1 });
      assert.deepEqual(frames.map(objectKind), ['not-ct']);
      assert.deepEqual([header.modality, header.sopInstanceUid], [modality, sopInstanceUid]);
    });

    it(`is of the patient and the study of the images: ${modality}`, () => {
      const { seriesNumber: _, seriesDescription: __, ...expected } = exampleFacts.context;
      const {
        seriesNumber = 0,
        seriesDescription,
        lossyImageCompression: ___,
        ...read
      } = parseInstance(bytes, limits).context();
      const { frameOfReferenceUid, positionReferenceIndicator, ...ofAll } = expected;
      const own = modality === 'SEG' ? { frameOfReferenceUid, positionReferenceIndicator } : {};
      assert.deepEqual(read, { ...ofAll, ...own, seriesInstanceUid });
      assert.ok(seriesNumber > 9000);
      assert.match(seriesDescription ?? '', /^Lobar .*not verified/);
    });
  }
});
