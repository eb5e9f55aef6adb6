import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { composeReport } from '../../../src/analysis/reporting/compose-report.ts';
import { reportContent } from '../../../src/analysis/reporting/report-content.ts';
import type { ComposeOrder } from '../../../src/analysis/reporting/reporter-protocol.ts';
import { packSegments } from '../../../src/dicom/objects/seg/pack-segments.ts';
import { pictureAlone } from '../../../src/report/pictures/picture-alone.ts';
import { sliceHeader } from '../../dicom/support/headers.ts';
import { exampleFacts } from '../../fhir/facts.ts';
import { exampleContent, examplePictures } from '../../report/example-report.ts';
import { drawOrder } from './order.ts';

const context = {
  patientName: 'Muster^Erika',
  studyInstanceUid: '1.2.3',
  seriesInstanceUid: '1.2.3.4',
};

describe('the documents of a report', () => {
  it('are those that are wanted, with a title in the language', async () => {
    const order = {
      wanted: { kinds: ['pdf', 'html', 'png'], objects: [] },
      drawn: { pictures: examplePictures().slice(0, 2) },
      content: exampleContent,
      language: 'fr',
    } as unknown as ComposeOrder;
    const documents = await composeReport(order);
    assert.deepEqual(
      documents.map(({ kind, name, title, contentType, language }) => [
        kind,
        name,
        title,
        contentType,
        language,
      ]),
      [
        ['pdf', 'report.pdf', 'Analyse par IA d’un scanner thoracique', 'application/pdf', 'fr'],
        ['html', 'report.html', 'Analyse par IA d’un scanner thoracique', 'text/html', 'fr'],
        ['png', 'pictures.png', 'Analyse par IA d’un scanner thoracique', 'image/png', undefined],
      ],
    );
    const [pdf, html, png] = documents.map(({ bytes }) => Buffer.from(bytes));
    assert.equal(pdf?.subarray(0, 5).toString(), '%PDF-');
    assert.match(html?.toString() ?? '', /^<!doctype html>/);
    assert.equal(png?.subarray(1, 4).toString(), 'PNG');
  });

  it('have in each picture for the PACS, below it, what it is worth: few hanging protocols show a description', async () => {
    const pictures = examplePictures();
    const order = {
      wanted: { kinds: ['dicom'], objects: ['pictures'] },
      drawn: { pictures },
      content: exampleContent,
      language: 'fr',
      context,
      grid: { shape: [275, 512, 512], spacingMm: [1, 0.78, 0.78] },
      sources: [],
    } as unknown as ComposeOrder;
    const objects = await composeReport(order);
    assert.equal(objects.length, pictures.length);
    for (const [i, one] of pictures.entries()) {
      const { data } = pictureAlone(one);
      assert.ok(data.length > one.picture.data.length);
      // PS3.5 A.4: pixels as they are, at the end, made even.
      const end = Buffer.from(objects[i]?.bytes ?? []).subarray(-(data.length + (data.length % 2)));
      assert.ok(end.subarray(0, data.length).equals(data), one.name);
    }
  });

  it('say the numbers as they are published, and the hospital that the configuration names', () => {
    const resolved = { facts: exampleFacts, runKey: 'key', previous: [] };
    const grid = { shape: [275, 512, 512], spacingMm: [1, 0.78, 0.78] } as const;
    const content = reportContent(resolved, context, grid, 'St. Example', []);
    assert.equal(content.site, 'St. Example');
    // By hand: 34.39 %, 1444.6 mL and 0.8701 to the digits of the EHR.
    const { involvement, classification } = content.findings;
    assert.deepEqual([involvement.percent, involvement.opacityMl], [34.4, 1445]);
    assert.equal(classification.probabilities['covid-19'], 0.87);
    assert.ok(!('site' in reportContent(resolved, context, grid, undefined, [])));
  });

  it('say of the series its zone, its thickest slice and its kernel, as far as the images do', () => {
    const resolved = { facts: exampleFacts, runKey: 'key', previous: [] };
    const grid = { shape: [2, 512, 512], spacingMm: [1, 0.78, 0.78] } as const;
    const headers = [
      sliceHeader(0, { sliceThicknessMm: 1, convolutionKernel: ['Br60f', '3'] }),
      sliceHeader(1, { sliceThicknessMm: 1.5, convolutionKernel: ['Br60f', '3'] }),
    ];
    const { subject } = reportContent(
      resolved,
      { ...context, timezoneOffset: '+0100' },
      grid,
      undefined,
      headers,
    );
    assert.equal(subject.sliceThicknessMm, 1.5);
    assert.equal(subject.convolutionKernel, 'Br60f\\3');
    assert.equal(subject.timezoneOffset, '+0100');
    // An offset that no place on earth has.
    const wrong = reportContent(resolved, { ...context, timezoneOffset: '+2500' }, grid, undefined, []);
    assert.ok(!('timezoneOffset' in wrong.subject || 'sliceThicknessMm' in wrong.subject));
  });

  it('refer to the segmentation in the measurements unless somebody gets them without it', async () => {
    const { masks, volume } = drawOrder();
    const { data: _, ...grid } = volume;
    const ct = { sopClassUid: '1.2.840.10008.5.1.4.1.1.2', frameNumber: 1, numberOfFrames: 1 };
    const order = {
      drawn: { pictures: [], segmentation: packSegments(masks.lobes, masks.opacities) },
      content: exampleContent,
      language: 'en',
      context,
      grid,
      sources: Array.from({ length: 12 }, (_, index) => ({ ...ct, sopInstanceUid: `1.2.3.4.${index + 1}` })),
    };
    const measurements = async (wanted: ComposeOrder['wanted']) => {
      const documents = await composeReport({ ...order, wanted } as unknown as ComposeOrder);
      const { dicom, bytes = [] } = documents.find((one) => one.dicom?.object === 'sr') ?? assert.fail();
      // Segmentation Storage (PS3.4 B.5).
      const refers = Buffer.from(bytes).includes('1.2.840.10008.5.1.4.1.1.66.4');
      return { uid: dicom?.sopInstanceUid, refers };
    };
    const alone = await measurements({ kinds: ['dicom'], objects: ['sr'] });
    const all = { kinds: ['dicom'], objects: ['seg', 'sr'] } as const;
    assert.equal(alone.refers, false);
    assert.deepEqual(await measurements({ ...all, measurementsAlone: true }), alone);
    const together = await measurements(all);
    assert.equal(together.refers, true);
    assert.notEqual(together.uid, alone.uid);
  });
});
