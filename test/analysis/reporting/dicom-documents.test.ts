import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import dicomParser from 'dicom-parser';
import { dicomDocuments } from '../../../src/analysis/reporting/dicom-documents.ts';
import type { ComposeOrder } from '../../../src/analysis/reporting/reporter-protocol.ts';
import { drawReportPictures } from '../../../src/report/report-pictures.ts';
import { exampleFacts } from '../../dicom/objects/support/example-facts.ts';
import { exampleContent } from '../../report/example-report.ts';
import { drawOrder } from './order.ts';

describe('The pictures of a report as they go into the PACS', () => {
  it('are planes with a place and a scale, and renderings and a figure without', () => {
    const order = drawOrder();
    const { data: _, ...grid } = order.volume;
    const pictures = drawReportPictures(order);
    const documents = dicomDocuments(
      {
        wanted: { kinds: ['dicom'], objects: ['pictures'] },
        drawn: { pictures },
        content: exampleContent,
        language: 'en',
        context: exampleFacts.context,
        grid,
        sources: Array.from({ length: 12 }, (__, z) => ({
          sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
          sopInstanceUid: `2.25.${100 + z}`,
          frameNumber: 1,
          numberOfFrames: 1,
        })),
      } satisfies ComposeOrder,
      undefined,
    );
    const read = documents.map(({ bytes }) => {
      const dataset = dicomParser.parseDicom(bytes);
      const [, , axis = '', position = ''] =
        /(Plane at ([xyz]) = (-?\d+\.\d) mm)/.exec(dataset.string('x00204000') ?? '') ?? [];
      return {
        axis,
        position,
        spacing: dataset.floatString('x00280030') ?? 0,
        sources: dataset.elements.x00082112?.items?.length,
      };
    });
    assert.deepEqual(
      read.map(({ axis }) => axis),
      ['z', 'z', 'z', 'z', 'y', 'x', '', '', ''],
    );
    // The most affected slice is z 5 of 2 mm from 30 mm on.
    assert.equal(read[0]?.position, '40.0');
    assert.deepEqual(
      read.map(({ spacing }) => spacing > 0),
      read.map(({ axis }) => axis !== ''),
    );
    assert.deepEqual(
      read.map(({ sources }) => sources),
      [1, 1, 1, 1, 12, 12, 12, 12, 12],
    );
  });
});
