import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { DicomJson } from '../../../src/dicomweb/dicom-json.ts';
import { boundaryOf, parseMultipartRelated, seriesLimits } from '../../../src/dicomweb/multipart-related.ts';
import { openSandboxPacs, type SandboxPacs } from '../../../src/sandbox/pacs/open-sandbox-pacs.ts';
import { type DicomElement, dicomFile, explicitLittleEndian, tinyCt } from '../../support/dicom-writer.ts';

const jpegLs = '1.2.840.10008.1.2.4.80';
const patient = (name: string, id: string, date: string, accession: string): DicomElement[] => [
  ['00080005', 'CS', 'ISO_IR 192'],
  ['00080020', 'DA', date],
  ['00080050', 'SH', accession],
  ['00100010', 'PN', name],
  ['00100020', 'LO', id],
];
const jane = patient('Doe^Jane', 'P1', '20201115', 'A1');
const zoe = patient('Müller^Zoë', 'P2', '20210301', 'A2');

const images = {
  a: tinyCt({
    studyUid: '1.1',
    seriesUid: '1.1.1',
    sopInstanceUid: '1.1.1.1',
    instanceNumber: 1,
    elements: jane,
  }),
  b: tinyCt({
    studyUid: '1.1',
    seriesUid: '1.1.1',
    sopInstanceUid: '1.1.1.2',
    instanceNumber: 2,
    elements: jane,
  }),
  c: tinyCt({
    studyUid: '1.1',
    seriesUid: '1.1.2',
    sopInstanceUid: '1.1.2.1',
    elements: [...jane, ['00080060', 'CS', 'SEG']],
  }),
  d: dicomFile(
    [
      ...zoe,
      ['00080016', 'UI', '1.2.840.10008.5.1.4.1.1.2'],
      ['00080018', 'UI', '1.2.1.1'],
      ['00080060', 'CS', 'CT'],
      ['0020000D', 'UI', '1.2'],
      ['0020000E', 'UI', '1.2.1'],
      ['7FE00010', 'OB', new Uint8Array(4)],
    ],
    jpegLs,
  ),
};

let folder: string;
let pacs: SandboxPacs;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lobar-test-'));
  for (const [name, bytes] of Object.entries(images)) await writeFile(join(folder, name), bytes);
  await writeFile(join(folder, 'README.txt'), 'not DICOM');
  pacs = await openSandboxPacs({ folder });
});
after(async () => {
  await pacs.close();
  await rm(folder, { recursive: true });
});

const get = (path: string, accept?: string) =>
  fetch(`${pacs.url}${path}`, accept === undefined ? {} : { headers: { accept } });

async function query(path: string): Promise<DicomJson[]> {
  const response = await get(path, 'application/dicom+json');
  if (response.status === 204) return [];
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type') ?? '', /^application\/dicom\+json/);
  return (await response.json()) as DicomJson[];
}
const values = (found: readonly DicomJson[], tag: string) => found.map((one) => one[tag]?.Value?.[0]);

async function partsOf(response: Response): Promise<{ type: string | undefined; bytes: Uint8Array }[]> {
  const boundary = boundaryOf(response.headers.get('content-type') ?? '');
  assert.ok(boundary !== undefined && response.body !== null);
  const limits = { partHeaderBytes: 1000, bytesPerInstance: 1e7, bytesPerSeries: 1e8, instances: 100 };
  const parts = [];
  for await (const { headers, body } of parseMultipartRelated(
    response.body,
    boundary,
    limits,
    seriesLimits,
  )) {
    parts.push({ type: headers.get('content-type'), bytes: body });
  }
  return parts;
}

describe('The embedded PACS searched (QIDO-RS)', () => {
  it('finds studies with their numbers of series and instances', async () => {
    const [study] = await query('/studies?StudyInstanceUID=1.1');
    assert.deepEqual(study, {
      '00080005': { vr: 'CS', Value: ['ISO_IR 192'] },
      '00080020': { vr: 'DA', Value: ['20201115'] },
      '00080050': { vr: 'SH', Value: ['A1'] },
      '00080056': { vr: 'CS', Value: ['ONLINE'] },
      '00080061': { vr: 'CS', Value: ['CT', 'SEG'] },
      '00081190': { vr: 'UR', Value: [`${pacs.url}/studies/1.1`] },
      '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Doe^Jane' }] },
      '00100020': { vr: 'LO', Value: ['P1'] },
      '0020000D': { vr: 'UI', Value: ['1.1'] },
      '00201206': { vr: 'IS', Value: [2] },
      '00201208': { vr: 'IS', Value: [3] },
    });
  });

  it('matches by keyword or tag, all at once', async () => {
    const studies = async (search: string) => values(await query(`/studies?${search}`), '0020000D');
    assert.deepEqual(await studies(''), ['1.1', '1.2']);
    assert.deepEqual(await studies('PatientID=P2'), ['1.2']);
    assert.deepEqual(await studies('00100020=P2'), ['1.2']);
    assert.deepEqual(await studies('AccessionNumber=A1'), ['1.1']);
    assert.deepEqual(await studies(`PatientName=${encodeURIComponent('müller*')}`), ['1.2']);
    assert.deepEqual(await studies('StudyDate=20210101-20211231'), ['1.2']);
    assert.deepEqual(await studies('ModalitiesInStudy=SEG'), ['1.1']);
    assert.deepEqual(await studies('ModalitiesInStudy=CT&PatientID=P1'), ['1.1']);
    assert.deepEqual(await studies('ModalitiesInStudy=SEG&PatientID=P2'), []);
    assert.deepEqual(await studies('limit=1'), ['1.1']);
    assert.deepEqual(await studies('limit=1&offset=1'), ['1.2']);
  });

  it('finds series and instances, of a study or of all', async () => {
    assert.deepEqual(values(await query('/studies/1.1/series'), '0020000E'), ['1.1.1', '1.1.2']);
    assert.deepEqual(values(await query('/studies/1.1/series?Modality=SEG'), '0020000E'), ['1.1.2']);
    assert.deepEqual(values(await query('/studies/1.1/series'), '00201209'), [2, 1]);
    assert.deepEqual(values(await query('/series?PatientID=P2'), '0020000E'), ['1.2.1']);
    assert.deepEqual(values(await query('/studies/1.1/instances'), '00080018'), [
      '1.1.1.1',
      '1.1.1.2',
      '1.1.2.1',
    ]);
    const [second] = await query('/studies/1.1/series/1.1.1/instances?InstanceNumber=2');
    assert.deepEqual(second?.['00080018']?.Value, ['1.1.1.2']);
    assert.deepEqual(second?.['00083002']?.Value, [explicitLittleEndian]);
    assert.deepEqual(values(await query('/instances?SOPInstanceUID=1.2.1.1'), '00083002'), [jpegLs]);
  });

  it('answers 204 where nothing matches and 400 to what it does not support', async () => {
    assert.equal((await get('/studies?PatientID=nobody')).status, 204);
    assert.equal((await get('/studies/9.9/series')).status, 204);
    const refused = await get('/studies?ShoeSize=43');
    assert.equal(refused.status, 400);
    assert.match(await refused.text(), /known are StudyDate/);
    assert.equal((await get('/studies?limit=-1')).status, 400);
    assert.equal((await get('/studies', 'application/dicom+xml')).status, 406);
  });
});

describe('The embedded PACS retrieved from (WADO-RS)', () => {
  const stored = 'multipart/related; type="application/dicom"; transfer-syntax=*';

  it('sends the files as they are, each with its transfer syntax', async () => {
    const type = `application/dicom; transfer-syntax=${explicitLittleEndian}`;
    const expected = [images.a, images.b].map((bytes) => ({ type, bytes }));
    assert.deepEqual(await partsOf(await get('/studies/1.1/series/1.1.1', stored)), expected);
    const [one] = await partsOf(await get('/studies/1.1/series/1.1.1/instances/1.1.1.2', stored));
    assert.deepEqual(one?.bytes, images.b);
    assert.equal((await partsOf(await get('/studies/1.1', stored))).length, 3);
    const [compressed] = await partsOf(await get('/studies/1.2', stored));
    assert.deepEqual(compressed, { type: `application/dicom; transfer-syntax=${jpegLs}`, bytes: images.d });
  });

  it('sends explicit little endian to who names no transfer syntax, and nothing else', async () => {
    for (const accept of ['*/*', 'multipart/related; type="application/dicom"']) {
      assert.equal((await get('/studies/1.1', accept)).status, 200);
      const refused = await get('/studies/1.2', accept);
      assert.equal(refused.status, 406);
      assert.match(await refused.text(), /transfer-syntax=1\.2\.840\.10008\.1\.2\.4\.80/);
    }
  });

  it('sends a named transfer syntax only where it is the stored one', async () => {
    const named = (uid: string) => `multipart/related; type="application/dicom"; transfer-syntax=${uid}`;
    assert.equal((await get('/studies/1.2', named(jpegLs))).status, 200);
    assert.equal((await get('/studies/1.1', named(jpegLs))).status, 406);
    assert.equal((await get('/studies/1.1', `${named(jpegLs)}, ${named(explicitLittleEndian)}`)).status, 200);
    assert.equal((await get('/studies/1.1', 'image/jpeg')).status, 406);
    assert.equal((await get('/studies/1.1', 'multipart/related; type="image/jpeg"')).status, 406);
    assert.equal((await get('/studies/1.1', `${stored}; q=0`)).status, 406);
  });

  it('gives the metadata of a study, a series and an instance, without pixels', async () => {
    assert.equal((await query('/studies/1.1/metadata')).length, 3);
    assert.deepEqual(values(await query('/studies/1.1/series/1.1.1/metadata'), '00080018'), [
      '1.1.1.1',
      '1.1.1.2',
    ]);
    const [one] = await query('/studies/1.1/series/1.1.1/instances/1.1.1.2/metadata');
    assert.deepEqual(one?.['00280010'], { vr: 'US', Value: [2] });
    assert.equal(one?.['7FE00010'], undefined);
  });

  it('answers 404 to what it does not hold', async () => {
    for (const path of [
      '/studies/9',
      '/studies/1.1/series/9',
      '/studies/1.1/series/9/metadata',
      '/nonsense',
    ]) {
      assert.equal((await get(path, stored)).status, 404, path);
    }
    assert.equal((await get('/studies/1.2/series/1.1.1', stored)).status, 404, 'a series of another study');
  });
});

describe('The embedded PACS stored into (STOW-RS)', () => {
  const post = (
    path: string,
    body: Buffer,
    type = 'multipart/related; type="application/dicom"; boundary=b',
  ) =>
    fetch(`${pacs.url}${path}`, {
      method: 'POST',
      body: Uint8Array.from(body),
      headers: { 'content-type': type },
    });
  const bodyOf = (...instances: Uint8Array[]) =>
    Buffer.concat([
      ...instances.flatMap((one) => [Buffer.from('\r\n--b\r\nContent-Type: application/dicom\r\n\r\n'), one]),
      Buffer.from('\r\n--b--\r\n'),
    ]);
  const item = (answer: DicomJson, tag: string, index = 0) =>
    answer[tag]?.Value?.[index] as DicomJson | undefined;

  it('keeps a new instance, larger than a megabyte, and serves it at once and after a restart', async () => {
    const large: DicomElement = ['7FE00010', 'OW', new Uint8Array(3_000_000).fill(7)];
    const bytes = tinyCt({
      studyUid: '1.3',
      seriesUid: '1.3.1',
      sopInstanceUid: '1.3.1.1',
      elements: [large],
    });
    const response = await post('/studies', bodyOf(bytes));
    assert.equal(response.status, 200);
    const stored = item((await response.json()) as DicomJson, '00081199');
    assert.deepEqual(stored?.['00081155'], { vr: 'UI', Value: ['1.3.1.1'] });
    const retrieveUrl = String(stored?.['00081190']?.Value?.[0]);
    const headers = { accept: 'multipart/related; type="application/dicom"; transfer-syntax=*' };
    assert.deepEqual((await partsOf(await fetch(retrieveUrl, { headers })))[0]?.bytes, bytes);
    const again = await openSandboxPacs({ folder });
    assert.equal((await fetch(`${again.url}/studies?StudyInstanceUID=1.3`)).status, 200);
    await again.close();
  });

  it('says 202 when some, 409 when all are refused, and why', async () => {
    const fresh = tinyCt({ studyUid: '1.4', seriesUid: '1.4.1', sopInstanceUid: '1.4.1.1' });
    const mixed = await post('/studies', bodyOf(images.a, fresh, Buffer.from('not DICOM')));
    assert.equal(mixed.status, 202);
    const answer = (await mixed.json()) as DicomJson;
    assert.deepEqual(item(answer, '00081199')?.['00081155']?.Value, ['1.4.1.1']);
    assert.deepEqual(item(answer, '00081198')?.['00081155']?.Value, ['1.1.1.1']);
    assert.deepEqual(item(answer, '00081198')?.['00081197']?.Value, [0x0111]); // duplicate
    assert.deepEqual(item(answer, '00081198', 1), { '00081197': { vr: 'US', Value: [0xc000] } });
    const other = tinyCt({ studyUid: '1.5', seriesUid: '1.5.1', sopInstanceUid: '1.5.1.1' });
    const elsewhere = await post('/studies/1.4', bodyOf(other));
    assert.equal(elsewhere.status, 409);
    assert.deepEqual(item((await elsewhere.json()) as DicomJson, '00081198')?.['00081197']?.Value, [0xa900]);
    assert.deepEqual(await readFile(join(folder, 'a')), Buffer.from(images.a));
  });

  it('writes no name that came from the sender, and leaves nothing half written', async () => {
    const before = await readdir(folder);
    const hostile = dicomFile([
      ['00080018', 'UI', '../../escape'],
      ['0020000D', 'UI', '1.6'],
      ['0020000E', 'UI', '1.6.1'],
    ]);
    const response = await post('/studies', bodyOf(hostile));
    assert.equal(response.status, 409);
    const cut = bodyOf(tinyCt({ studyUid: '1.7', seriesUid: '1.7.1', sopInstanceUid: '1.7.1.1' })).subarray(
      0,
      300,
    );
    assert.equal((await post('/studies', cut)).status, 400);
    assert.deepEqual(await readdir(folder), before);
  });

  it('answers 415 to another media type and 400 to a body without instances', async () => {
    assert.equal((await post('/studies', bodyOf(images.a), 'application/dicom')).status, 415);
    assert.equal((await post('/studies', bodyOf(images.a), 'multipart/related; boundary=b')).status, 415);
    assert.equal((await post('/studies', Buffer.from('--b--'))).status, 400);
  });
});

describe('The embedded PACS', () => {
  it('refuses a folder that is not there', async () => {
    await assert.rejects(openSandboxPacs({ folder: join(folder, 'absent') }), { code: 'no-images' });
  });

  it('cuts what it is sending when it closes', async () => {
    const large: DicomElement = ['7FE00010', 'OW', new Uint8Array(50_000_000)];
    const other = await mkdtemp(join(tmpdir(), 'lobar-test-'));
    const bytes = tinyCt({
      studyUid: '1.8',
      seriesUid: '1.8.1',
      sopInstanceUid: '1.8.1.1',
      elements: [large],
    });
    await writeFile(join(other, 'large.dcm'), bytes);
    const closing = await openSandboxPacs({ folder: other });
    const response = await fetch(`${closing.url}/studies/1.8`);
    await closing.close();
    await assert.rejects(response.arrayBuffer());
    await rm(other, { recursive: true });
  });
});
