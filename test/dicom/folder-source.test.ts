import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readStudyFiles } from '../../src/dicom/folder-source.ts';
import { listFiles } from '../../src/dicom/list-files.ts';
import { type DicomElement, dicomFile } from '../support/dicom-writer.ts';
import { ctFile, limits } from './support/ct-file.ts';
import { deflated } from './support/deflated.ts';

describe('a folder of files', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-files-'));
    await mkdir(join(folder, 'b'));
    await writeFile(join(folder, 'b', '2.dcm'), ctFile(2));
    await writeFile(join(folder, 'b', '1'), ctFile(1));
    await writeFile(join(folder, 'c.dcm'), ctFile(3, 0, [['0020000E', 'UI', '2.25.12']]));
    await writeFile(join(folder, 'readme.txt'), 'not an image');
    // A longer header than the part that is read first.
    await writeFile(join(folder, 'b', '3.dcm'), ctFile(3, 0, [['00091001', 'OB', new Uint8Array(50_000)]]));
  });
  after(() => rm(folder, { recursive: true }));

  it('gives its studies and series with headers, in the order of the names', async () => {
    const studies = await readStudyFiles([folder], limits);
    assert.equal(studies.length, 1);
    const [study] = studies;
    assert.equal(study?.uid, '2.25.10');
    assert.deepEqual(study?.warnings, []);
    const heights = study?.series.map(({ uid, headers }) => [
      uid,
      ...headers.map((header) => header.imagePositionPatient?.[2]),
    ]);
    assert.deepEqual(heights, [
      ['2.25.11', 1, 2, 3],
      ['2.25.12', 3],
    ]);
  });

  it('gives the bytes of one series', async () => {
    const [study] = await readStudyFiles([folder, join(folder, 'c.dcm')], limits);
    assert.ok(study);
    const files: Uint8Array[] = [];
    for await (const file of study.instances('2.25.12')) files.push(Uint8Array.from(file));
    assert.deepEqual(files, [ctFile(3, 0, [['0020000E', 'UI', '2.25.12']])]);
    assert.throws(() => study.instances('2.25.404'), { code: 'series-not-found' });
  });

  it('is refused where it holds no image, or is not there', async () => {
    await assert.rejects(readStudyFiles([join(folder, 'readme.txt')], limits), { code: 'no-images' });
    await assert.rejects(readStudyFiles([join(folder, 'nowhere')], limits), { code: 'no-images' });
  });

  it('is refused with the file’s name in the details where a DICOM file is broken', async () => {
    const file = join(folder, 'broken.dcm');
    await writeFile(file, ctFile(9).subarray(0, 400));
    await assert.rejects(readStudyFiles([file], limits), { code: 'dicom-invalid', details: { file } });
    await rm(file);
  });

  it('is read without the files that seem to be images and are not DICOM, and says how many they are', async () => {
    const lost = await mkdtemp(join(tmpdir(), 'lobar-lost-'));
    const written = {
      'good.dcm': ctFile(1),
      empty: '',
      'cut.dcm': ctFile(2).subarray(0, 131),
      'CUT.IMA': ctFile(3).subarray(0, 131),
      'readme.txt': 'not an image',
      'index.xml': '<study/>',
    };
    for (const [name, bytes] of Object.entries(written)) await writeFile(join(lost, name), bytes);
    const [study] = await readStudyFiles([lost], limits);
    assert.deepEqual(
      study?.warnings.map(({ code, text }) => [code, text.split(' ')[0]]),
      [['files-not-dicom', '3']],
    );
    await rm(lost, { recursive: true });
  });

  it('is passed over in what is no regular file, without opening it', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    try {
      // Opening a pipe that nobody writes to would wait for ever.
      await assert.rejects(readStudyFiles([pipe], limits), { code: 'no-images', message: /1 other files/ });
      const [study] = await readStudyFiles([folder, pipe], limits);
      assert.equal(study?.series.length, 2);
    } finally {
      await rm(pipe);
    }
  });

  it('may hold links to files, which count once, and links in circles, which are passed over', async () => {
    const linked = await mkdtemp(join(tmpdir(), 'lobar-links-'));
    await symlink(join(folder, 'b', '2.dcm'), join(linked, '1'));
    await symlink(join(folder, 'b', '2.dcm'), join(linked, '2'));
    await symlink(linked, join(linked, 'around'));
    await symlink(join(linked, 'itself'), join(linked, 'itself'));
    await symlink(join(linked, 'nowhere'), join(linked, 'dangling'));
    assert.deepEqual(await listFiles([linked]), { files: [join(linked, '1')], others: 3 });
    const [study] = await readStudyFiles([linked], limits);
    assert.deepEqual(
      study?.series.map(({ headers }) => headers.length),
      [1],
    );
    await rm(linked, { recursive: true });
  });

  it('is read without the files whose transfer syntax hides their header, and says so', async () => {
    const elements: DicomElement[] = [['00080018', 'UI', '2.25.5']];
    const hidden = join(folder, 'private.dcm');
    await writeFile(hidden, dicomFile(elements, '2.25.404'));
    const [study] = await readStudyFiles([folder], limits);
    assert.deepEqual(
      study?.series.map(({ files }) => files.length),
      [3, 1],
    );
    assert.deepEqual(
      study?.warnings.map(({ code }) => code),
      ['files-passed-over'],
    );
    assert.match(study?.warnings[0]?.text ?? '', /^1 DICOM files .*2\.25\.404 \(private or unknown\)/);
    await assert.rejects(readStudyFiles([hidden], limits), {
      code: 'transfer-syntax-unsupported',
      details: { file: hidden },
    });
    await rm(hidden);
  });

  it('may hold deflated objects, of which only the first part is inflated for the header', async () => {
    const file = join(folder, 'deflated.dcm');
    // Noise does not shrink: the file is longer than the part of it that is read.
    const long = ctFile(4, 0, [['7FE00010', 'OW', randomBytes(100_000)]]);
    await writeFile(file, deflated(long));
    const [study] = await readStudyFiles([file], { ...limits, headerBytes: 20_000 });
    assert.deepEqual(study?.series[0]?.headers[0]?.imagePositionPatient, [-10, -20, 4]);
    await rm(file);
  });

  it('may hold large objects that are no images', async () => {
    const file = join(folder, 'contours.dcm');
    const contours = dicomFile([
      ['00080018', 'UI', '2.25.77'],
      ['00080060', 'CS', 'RTSTRUCT'],
      ['0020000D', 'UI', '2.25.10'],
      ['0020000E', 'UI', '2.25.13'],
      ['30060010', 'OB', new Uint8Array(200_000)],
    ]);
    await writeFile(file, contours);
    const [study] = await readStudyFiles([file], { ...limits, headerBytes: 100_000 });
    assert.equal(study?.series[0]?.headers[0]?.modality, 'RTSTRUCT');
    await rm(file);
  });
});
