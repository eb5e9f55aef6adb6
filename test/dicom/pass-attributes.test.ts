import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { headersFromDicomJson } from '../../src/dicom/header-from-json.ts';
import type { InstanceHeader } from '../../src/dicom/instance-header.ts';
import { readInstance } from '../../src/dicom/read-instance.ts';
import { ctFile, limits } from './support/ct-file.ts';

const told = ({
  temporalPositionIdentifier,
  cardiacPhasePercent,
  triggerTimeMs,
  kvp,
  scannedAt,
}: InstanceHeader) => ({
  temporalPositionIdentifier,
  cardiacPhasePercent,
  triggerTimeMs,
  kvp,
  scannedAt,
});

/** Tags: PS3.6 6; where an enhanced CT frame has them: PS3.3 C.8.15.3.2, C.8.15.3.8, C.7.6.16.2.2, C.7.6.16.2.7. */
describe('what tells passes apart is read', () => {
  it('from an image', async () => {
    const { header } = await readInstance(
      ctFile(0, 0, [
        ['00080022', 'DA', '20260301'],
        ['00080032', 'TM', '120000.5'],
        ['0008002A', 'DT', '20260301115900'],
        ['00180060', 'DS', '140'],
        ['00181060', 'DS', '312.5'],
        ['00200100', 'IS', '3'],
      ]),
      limits,
    );
    assert.deepEqual(told(header), {
      temporalPositionIdentifier: 3,
      cardiacPhasePercent: undefined,
      triggerTimeMs: 312.5,
      kvp: 140,
      scannedAt: '20260301120000.5',
    });
    const whole = await readInstance(ctFile(0, 0, [['0008002A', 'DT', '20260301115900']]), limits);
    assert.equal(told(whole.header).scannedAt, '20260301115900');
  });

  it('from a frame of an enhanced object', async () => {
    const frame = (percent: number, kvp: number) => ({
      '00189118': { vr: 'SQ', Value: [{ '00209241': { vr: 'FL', Value: [percent] } }] },
      '00189325': { vr: 'SQ', Value: [{ '00180060': { vr: 'DS', Value: [kvp] } }] },
      '00209111': { vr: 'SQ', Value: [{ '00189074': { vr: 'DT', Value: ['20260301120000'] } }] },
    });
    const headers = await headersFromDicomJson(
      {
        '00080018': { vr: 'UI', Value: ['2.25.1'] },
        '00280008': { vr: 'IS', Value: [2] },
        '52009230': { vr: 'SQ', Value: [frame(35, 80), frame(75, 140)] },
      },
      limits,
    );
    assert.deepEqual(
      headers.map((header) => [header.cardiacPhasePercent, header.kvp, header.scannedAt]),
      [
        [35, 80, '20260301120000'],
        [75, 140, '20260301120000'],
      ],
    );
  });
});
