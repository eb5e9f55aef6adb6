import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { checkConfig } from '../../src/config.ts';
import { boundaryOf, parseMultipartRelated, uploadLimits } from '../../src/dicomweb/multipart-related.ts';
import { textReader } from '../../src/page/files/character-set.ts';
import { filesToSend, largestCt } from '../../src/page/files/group-studies.ts';
import { readFiles } from '../../src/page/files/read-files.ts';
import { readHeader } from '../../src/page/files/read-header.ts';
import { readSlice } from '../../src/page/files/read-slice.ts';
import { uploadBody } from '../../src/page/service/upload-body.ts';
import { demoStudy } from '../../src/sandbox/demo-study.ts';
import { sharedData, sharedDataMissing } from '../support/shared-data.ts';

async function fileOf(path: string): Promise<File> {
  return new File([await readFile(path)], path);
}

async function filesBelow(folder: string): Promise<File[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return await Promise.all(paths.sort().map(fileOf));
}

const never = new AbortController().signal;

describe('Files on the reading page', () => {
  it('tells studies and series of a folder, and counts what is no DICOM', async () => {
    const files = [
      ...(await filesBelow(demoStudy.folder)),
      new File(['Read me'], 'README.txt'),
      new File([], 'empty'),
    ];
    const { studies, skipped } = await readFiles(files, () => {}, never);
    assert.equal(skipped, 2);
    assert.equal(studies.length, 1);
    const [study] = studies;
    assert.ok(study !== undefined);
    assert.deepEqual(
      [study.uid, study.patientName, study.patientId, study.accession],
      [demoStudy.studyInstanceUid, demoStudy.patient.name, demoStudy.patient.id, demoStudy.accessionNumber],
    );
    assert.equal(study.series.length, 3);
    // One folder a series.
    const chest = await readdir(join(demoStudy.folder, '2-chest'));
    assert.equal(largestCt(study)?.uid, demoStudy.seriesInstanceUid);
    assert.equal(largestCt(study)?.instances.length, chest.length);
    assert.equal(filesToSend(study, demoStudy.seriesInstanceUid).length, chest.length);
  });

  it('draws a slice as pydicom reads it', { skip: sharedDataMissing }, async () => {
    const header = await readHeader(await fileOf(sharedData('cip-ct64', 'ct-64Dicom', 'IMG0040.dcm')));
    assert.ok(header !== undefined);
    assert.deepEqual([header.instanceNumber, header.patientSex, header.date], [40, 'M', '20060101']);
    const grey = await readSlice(header);
    assert.ok(grey !== undefined);
    // numpy: rint(clip((pixel_array * slope + intercept + 1250) / 1500 * 255, 0, 255)), row 32 and the sum.
    assert.deepEqual([...grey.subarray(32 * 64 + 8, 32 * 64 + 16)], [51, 50, 48, 52, 72, 71, 63, 56]);
    assert.equal(
      grey.reduce((sum, one) => sum + one, 0),
      500569,
    );
  });

  it('draws nothing of what is compressed', async () => {
    const [first = ''] = await readdir(join(demoStudy.folder, '2-chest'));
    const header = await readHeader(await fileOf(join(demoStudy.folder, '2-chest', first)));
    assert.ok(header !== undefined);
    assert.equal(await readSlice(header), undefined);
  });

  it('reads names in their character set (PS3.3 C.12.1.1.2)', () => {
    // By the code tables of ISO 8859-1 and 8859-5 and by UTF-8.
    assert.equal(textReader('ISO_IR 100')(Uint8Array.of(0x4a, 0xe9, 0x72, 0xf4, 0x6d, 0x65)), 'Jérôme');
    assert.equal(textReader('ISO_IR 144')(Uint8Array.of(0xbb, 0xee, 0xda)), 'Люк');
    assert.equal(textReader('ISO_IR 192')(Uint8Array.of(0xe7, 0x8e, 0x8b)), '王');
    assert.equal(textReader(undefined)(Uint8Array.of(0x41)), 'A');
  });

  it('sends files as the service reads them', async () => {
    const files = [new File([Uint8Array.of(1, 2, 13, 10)], 'a'), new File(['--lobar'], 'b')];
    const { contentType, body } = uploadBody(files);
    const boundary = boundaryOf(contentType);
    assert.ok(boundary !== undefined);
    const { limits } = checkConfig({ pacs: { main: { url: 'http://127.0.0.1:1' } } });
    const parts: number[][] = [];
    for await (const part of parseMultipartRelated(body.stream(), boundary, limits, uploadLimits)) {
      parts.push([...part.body]);
      assert.equal(part.headers.get('content-type'), 'application/dicom');
    }
    assert.deepEqual(parts, [[1, 2, 13, 10], [...Buffer.from('--lobar')]]);
  });
});
