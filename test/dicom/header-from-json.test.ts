import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { headersFromDicomJson } from '../../src/dicom/header-from-json.ts';
import type { InstanceHeader } from '../../src/dicom/instance-header.ts';
import { parseInstance } from '../../src/dicom/parse-instance.ts';
import { ctFile, limits } from './support/ct-file.ts';

/** ctFile(7) as PS3.18 F.2 writes it, by hand; DS once as number and once as text. */
const json = {
  '00080008': { vr: 'CS', Value: ['ORIGINAL', 'PRIMARY', 'AXIAL'] },
  '00080016': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.2'] },
  '00080018': { vr: 'UI', Value: ['2.25.1070'] },
  '00080060': { vr: 'CS', Value: ['CT'] },
  '00083002': { vr: 'UI', Value: ['1.2.840.10008.1.2.1'] },
  '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Doe^Jane' }] },
  '00180050': { vr: 'DS', Value: [1] },
  '0020000D': { vr: 'UI', Value: ['2.25.10'] },
  '0020000E': { vr: 'UI', Value: ['2.25.11'] },
  '00200032': { vr: 'DS', Value: ['-10', '-20', '7'] },
  '00200037': { vr: 'DS', Value: [1, 0, 0, 0, 1, 0] },
  '00280002': { vr: 'US', Value: [1] },
  '00280004': { vr: 'CS', Value: ['MONOCHROME2'] },
  '00280010': { vr: 'US', Value: [2] },
  '00280011': { vr: 'US', Value: [3] },
  '00280030': { vr: 'DS', Value: [0.7, 0.5] },
  '00280100': { vr: 'US', Value: [16] },
  '00280101': { vr: 'US', Value: [12] },
  '00280102': { vr: 'US', Value: [11] },
  '00280103': { vr: 'US', Value: [0] },
  '00281052': { vr: 'DS', Value: [-1024] },
  '00281053': { vr: 'DS', Value: [1] },
  '7FE00010': { vr: 'OW', BulkDataURI: 'http://pacs/bulk' },
};

/** Of an instance of one frame. */
async function onlyHeader(json: unknown): Promise<InstanceHeader> {
  const [header, ...more] = await headersFromDicomJson(json, limits);
  assert.ok(header !== undefined && more.length === 0);
  return header;
}

describe('the header from DICOM JSON', () => {
  it('is the one from the bytes of the same instance', async () => {
    assert.deepEqual(await headersFromDicomJson(json, limits), parseInstance(ctFile(7), limits).frames);
  });

  it('lacks what the PACS left out or sent empty', async () => {
    const header = await onlyHeader({
      '00080018': { vr: 'UI', Value: ['2.25.1'] },
      '00200032': { vr: 'DS' },
      '00200037': { vr: 'DS', Value: [1, null, 0, 0, 1, 0] },
      '0008103E': { vr: 'LO', Value: [] },
      '00280030': { vr: 'DS', Value: ['wide', '0.5'] },
    });
    assert.equal(header.imagePositionPatient, undefined);
    assert.equal(header.imageOrientationPatient, undefined);
    assert.equal(header.seriesDescription, undefined);
    assert.equal(header.pixelSpacingMm, undefined);
    assert.equal(header.rows, 0);
  });

  it('has the acquisition time of the most exact attribute', async () => {
    const uid = { '00080018': { vr: 'UI', Value: ['2.25.1'] } };
    const times = {
      ...uid,
      '00080201': { vr: 'SH', Value: ['+0100'] },
      '00080020': { vr: 'DA', Value: ['20260101'] },
      '00080021': { vr: 'DA', Value: ['20260102'] },
      '00080031': { vr: 'TM', Value: ['0815'] },
    };
    const zone = { timezoneOffset: '+0100' };
    assert.deepEqual((await onlyHeader(times)).acquiredAt, { date: '20260102', time: '0815', ...zone });
    const exact = { ...times, '0008002A': { vr: 'DT', Value: ['20260103101112.5-0500'] } };
    assert.deepEqual((await onlyHeader(exact)).acquiredAt, {
      date: '20260103',
      time: '101112.5',
      timezoneOffset: '-0500',
    });
    assert.equal((await onlyHeader(uid)).acquiredAt, undefined);
  });

  it('has no time and no zone that do not exist', async () => {
    const header = await onlyHeader({
      '00080018': { vr: 'UI', Value: ['2.25.1'] },
      '00080201': { vr: 'SH', Value: ['+9999'] },
      '00080022': { vr: 'DA', Value: ['20260231'] },
      '00080021': { vr: 'DA', Value: ['20260228'] },
      '00080031': { vr: 'TM', Value: ['996099'] },
    });
    assert.deepEqual(header.acquiredAt, { date: '20260228' });
  });

  it('keeps a UID with leading zeros, and leaves off what pads it', async () => {
    const header = await onlyHeader({
      '00080018': { vr: 'UI', Value: ['1.2.03\0'] },
      '0020000D': { vr: 'UI', Value: ['1.2.03.04 '] },
    });
    assert.deepEqual([header.sopInstanceUid, header.studyInstanceUid], ['1.2.03', '1.2.03.04']);
  });

  // As pydicom 3.0.2 reads b'MRN-42\\0' and b' ACC 1 \\0': it takes spaces and nulls off the end, and we off the beginning too.
  it('leaves nulls and spaces off a text that is padded with them', async () => {
    const header = await onlyHeader({
      '00080018': { vr: 'UI', Value: ['1.2.3'] },
      '00080050': { vr: 'SH', Value: [' ACC 1 \0'] },
      '00100020': { vr: 'LO', Value: ['MRN-42\0'] },
      '0008103E': { vr: 'LO', Value: ['\0\0'] },
    });
    assert.deepEqual(
      [header.accessionNumber, header.patient.id, header.seriesDescription],
      ['ACC 1', 'MRN-42', undefined],
    );
  });

  it('names of several available transfer syntaxes one that is read', async () => {
    const of = async (...uids: string[]) => {
      const dataset = { '00080018': { vr: 'UI', Value: ['2.25.1'] }, '00083002': { vr: 'UI', Value: uids } };
      return (await onlyHeader(dataset)).transferSyntaxUid;
    };
    // PS3.6 A: MPEG2, JPEG-LS; 2.25.7 is private.
    const [mpeg, jpegLs, hidden] = ['1.2.840.10008.1.2.4.100', '1.2.840.10008.1.2.4.80', '2.25.7'] as const;
    assert.deepEqual(
      [await of(mpeg, jpegLs), await of(hidden, jpegLs), await of(mpeg, hidden), await of()],
      [jpegLs, jpegLs, mpeg, undefined],
    );
  });

  it('is refused where it is no object, or has no or no proper SOPInstanceUID', async () => {
    for (const bad of [null, 'text', [json], {}, { '00080018': { vr: 'UI', Value: ['a/b'] } }]) {
      await assert.rejects(headersFromDicomJson(bad, limits), { code: 'dicom-invalid' });
    }
  });
});

describe('the headers of several frames from DICOM JSON', () => {
  const group = (z: number, more: object = {}) => ({
    '00209111': {
      vr: 'SQ',
      Value: [
        {
          '00209056': { vr: 'SH', Value: ['A'] },
          '00209128': { vr: 'UL', Value: [z] },
          '00209156': { vr: 'US', Value: [3] },
        },
      ],
    },
    '00209113': { vr: 'SQ', Value: [{ '00200032': { vr: 'DS', Value: [-10, -20, z] } }] },
    ...more,
  });
  const enhanced = {
    ...json,
    '00280008': { vr: 'IS', Value: [2] },
    '52009229': {
      vr: 'SQ',
      Value: [{ '00289145': { vr: 'SQ', Value: [{ '00281052': { vr: 'DS', Value: [-5] } }] } }],
    },
    '52009230': {
      vr: 'SQ',
      Value: [
        group(1),
        group(2, { '00289145': { vr: 'SQ', Value: [{ '00281052': { vr: 'DS', Value: [-6] } }] } }),
      ],
    },
  };

  it('are one a frame: its own groups over the shared ones over the object', async () => {
    const frames = await headersFromDicomJson(enhanced, limits);
    assert.deepEqual(
      frames.map((h) => [h.frameNumber, h.numberOfFrames, h.imagePositionPatient, h.rescaleIntercept]),
      [
        [1, 2, [-10, -20, 1], -5],
        [2, 2, [-10, -20, 2], -6],
      ],
    );
    assert.deepEqual(
      frames.map((h) => [h.stackId, h.temporalPositionIndex, h.acquisitionNumber, h.rows]),
      [
        ['A', 1, 3, 2],
        ['A', 2, 3, 2],
      ],
    );
  });

  it('are one where the PACS leaves the groups out', async () => {
    const { '52009230': _, ...stripped } = enhanced;
    for (const dataset of [stripped, { ...stripped, '52009230': { vr: 'SQ' } }]) {
      assert.deepEqual(
        (await headersFromDicomJson(dataset, limits)).map((h) => [h.frameNumber, h.numberOfFrames]),
        [[1, 2]],
      );
    }
  });

  it('are refused where groups are missing, or are no objects', async () => {
    for (const groups of [[group(1)], [group(1), 'text'], [group(1), group(2), group(3)]]) {
      const dataset = { ...enhanced, '52009230': { vr: 'SQ', Value: groups } };
      await assert.rejects(headersFromDicomJson(dataset, limits), { code: 'dicom-invalid' });
    }
  });

  it('are refused over the limit of frames, before any of them is read', async () => {
    let read = 0;
    const groups = new Proxy([], {
      get: (target, key, receiver) => {
        read += 1;
        return Reflect.get(target, key, receiver);
      },
    });
    const dataset = {
      ...enhanced,
      '00280008': { vr: 'IS', Value: [300_000] },
      '52009230': { vr: 'SQ', Value: groups },
    };
    await assert.rejects(headersFromDicomJson(dataset, limits), {
      code: 'limit-exceeded',
      message: /limits\.frames \(4000 frames\)/,
    });
    assert.equal(read, 0);
    await assert.rejects(headersFromDicomJson(enhanced, { frames: 1 }), { code: 'limit-exceeded' });
    assert.equal((await headersFromDicomJson(enhanced, { frames: 2 })).length, 2);
  });

  it('let other work have its turn while thousands are read', async () => {
    let turns = 0;
    let next = setImmediate(function again() {
      turns += 1;
      next = setImmediate(again);
    });
    const many = {
      ...enhanced,
      '00280008': { vr: 'IS', Value: [4000] },
      '52009230': { vr: 'SQ', Value: Array.from({ length: 4000 }, (_, k) => group(k)) },
    };
    assert.equal((await headersFromDicomJson(many, limits)).length, 4000);
    clearImmediate(next);
    assert.ok(turns > 0);
  });

  it('may have empty groups', async () => {
    const empty = { ...enhanced, '52009230': { vr: 'SQ', Value: [{}, null] } };
    assert.equal((await headersFromDicomJson(empty, limits)).length, 2);
  });
});
