import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { checkConfig } from '../../src/config.ts';
import { boundaryOf, parseMultipartRelated, uploadLimits } from '../../src/dicomweb/multipart-related.ts';
import { type FileStudy, filesToSend, largestCt } from '../../src/page/files/group-studies.ts';
import { readFiles } from '../../src/page/files/read-files.ts';
import { type FileHeader, readHeader } from '../../src/page/files/read-header.ts';
import { readSlice } from '../../src/page/files/read-slice.ts';
import { uploadBody } from '../../src/page/service/upload-body.ts';
import { demoStudy } from '../../src/sandbox/demo-study.ts';
import { ctFile } from '../dicom/support/ct-file.ts';
import { deflated } from '../dicom/support/deflated.ts';
import { sharedData, sharedDataMissing } from '../support/shared-data.ts';

async function fileOf(path: string): Promise<File> {
  return new File([await readFile(path)], path);
}

async function filesBelow(folder: string): Promise<File[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return await Promise.all(paths.sort().map(fileOf));
}

async function headerOf(file: File): Promise<FileHeader> {
  const header = await readHeader(file);
  assert.ok(typeof header === 'object');
  return header;
}

/** What the page says of a patient whose name is these bytes, in this character set. */
async function patientOf(characterSet: string, ...name: number[]) {
  const file = ctFile(0, 0, [
    ['00080005', 'CS', characterSet],
    ['00100010', 'PN', Uint8Array.from(name.length % 2 === 0 ? name : [...name, 32])],
  ]);
  const { patientName, uncertain } = await headerOf(new File([file], 'ct'));
  return { patientName, uncertain };
}

async function onlyStudyOf(...files: File[]): Promise<FileStudy> {
  const { studies } = await readFiles(files, () => {}, never);
  assert.equal(studies.length, 1);
  return studies[0] as FileStudy;
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
    const header = await headerOf(await fileOf(sharedData('cip-ct64', 'ct-64Dicom', 'IMG0040.dcm')));
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
    const header = await headerOf(await fileOf(join(demoStudy.folder, '2-chest', first)));
    assert.equal(await readSlice(header), undefined);
  });

  it('reads names in their character set, by code extensions too (PS3.3 C.12.1.1.2)', async () => {
    // By the code tables of ISO 8859-1, 8859-2 and 8859-5 and by UTF-8.
    const jerome = [0x4a, 0xe9, 0x72, 0xf4, 0x6d, 0x65];
    const lukasz = [0xa3, 0x75, 0x6b, 0x61, 0x73, 0x7a];
    const luke = [0xbb, 0xee, 0xda];
    const sure = (patientName: string) => ({ patientName, uncertain: false });
    assert.deepEqual(await patientOf('ISO_IR 100', ...jerome), sure('Jérôme'));
    assert.deepEqual(await patientOf('ISO_IR 144', ...luke), sure('Люк'));
    assert.deepEqual(await patientOf('ISO_IR 192', 0xe7, 0x8e, 0x8b), sure('王'));
    assert.deepEqual(await patientOf('\\ISO 2022 IR 101', ...lukasz), sure('Łukasz'));
    assert.deepEqual(await patientOf('ISO 2022 IR 6\\ISO 2022 IR 144', ...luke), sure('Люк'));
    assert.deepEqual(await patientOf('', 0x41), sure('A'));
  });

  it('says so where a name may be other letters than it shows', async () => {
    const e = 0xe9;
    // A set that is unknown, none at all, two of which one is meant, and what is no UTF-8.
    for (const set of ['ISO_IR 999', '', 'ISO 2022 IR 100\\ISO 2022 IR 144', 'ISO_IR 192']) {
      assert.equal((await patientOf(set, e)).uncertain, true, set);
      assert.equal((await patientOf(set, 0x41)).uncertain, false, `${set}, ASCII alone`);
    }
  });

  it('reads deflated files (PS3.5 A.5), and headers longer than most', async () => {
    const plain = ctFile(0, 0, [['00100020', 'LO', 'P-1']]);
    const study = await onlyStudyOf(new File([new Uint8Array(deflated(plain))], 'deflated'));
    assert.deepEqual([study.patientId, study.series[0]?.instances[0]?.image?.rows], ['P-1', 2]);
    assert.equal(study.series[0]?.instances[0]?.transferSyntax, '1.2.840.10008.1.2.1.99');

    const long = ctFile(0, 0, [['00204000', 'LT', 'x'.repeat(60_000)]]);
    const read: number[] = [];
    const file = new File([long, new Uint8Array(2 ** 22)], 'long');
    const slice = file.slice.bind(file);
    file.slice = (from = 0, to = file.size) => {
      read.push(to - from);
      return slice(from, to);
    };
    await headerOf(file);
    assert.ok(Math.max(...read) <= 2 ** 18, 'not the whole file');
  });

  it('sends a DICOM file too whose header it cannot read, and says that there is one', async () => {
    const broken = new Uint8Array(2000);
    broken.set(new TextEncoder().encode('DICM'), 128);
    broken.fill(0xff, 132);
    const odd = new File([broken], 'odd');
    const ct = new File([ctFile(0)], 'ct');
    const study = await onlyStudyOf(ct, odd);
    assert.deepEqual(study.unread, [odd]);
    assert.deepEqual(filesToSend(study, undefined), [ct, odd]);
    assert.deepEqual(filesToSend(study, study.series[0]?.uid), [ct]);
    assert.deepEqual(filesToSend(await onlyStudyOf(odd), undefined), [odd]);

    const other = new File([ctFile(0, 0, [['0020000D', 'UI', '2.25.99']])], 'other');
    const { studies, unread, skipped } = await readFiles([ct, odd, other], () => {}, never);
    assert.deepEqual([studies.length, unread, skipped], [2, [odd], 0]);
    assert.deepEqual(
      studies.map((one) => filesToSend(one, undefined)),
      [[ct], [other]],
    );
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
