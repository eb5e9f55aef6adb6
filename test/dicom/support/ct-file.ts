import { Value } from '@sinclair/typebox/value';
import { type LimitsConfig, LimitsSchema } from '../../../src/config-limits.ts';
import { type EligibilityConfig, EligibilitySchema } from '../../../src/config-schema.ts';
import { type DicomElement, dicomFile } from '../../support/dicom-writer.ts';

export const limits = Value.Default(LimitsSchema, {}) as LimitsConfig;
export const rules = Value.Default(EligibilitySchema, {}) as EligibilityConfig;

export const ctUids = { study: '2.25.10', series: '2.25.11' };

/** A CT image of 3 columns and 2 rows at height z; its pixels are `first`, `first` + 1 and so on. */
export function ctFile(z: number, first = 0, replace: readonly DicomElement[] = []): Uint8Array<ArrayBuffer> {
  const pixels = new Uint8Array(Uint16Array.from({ length: 6 }, (_, i) => first + i).buffer);
  const elements: readonly DicomElement[] = [
    ['00080008', 'CS', 'ORIGINAL\\PRIMARY\\AXIAL'],
    ['00080016', 'UI', '1.2.840.10008.5.1.4.1.1.2'],
    ['00080018', 'UI', `2.25.${1000 + Math.round(z * 10) + 10_000 * first}`],
    ['00080060', 'CS', 'CT'],
    ['00180050', 'DS', '1'],
    ['0020000D', 'UI', ctUids.study],
    ['0020000E', 'UI', ctUids.series],
    ['00200032', 'DS', `-10\\-20\\${z}`],
    ['00200037', 'DS', '1\\0\\0\\0\\1\\0'],
    ['00280002', 'US', [1]],
    ['00280004', 'CS', 'MONOCHROME2'],
    ['00280010', 'US', [2]],
    ['00280011', 'US', [3]],
    ['00280030', 'DS', '0.7\\0.5'],
    ['00280100', 'US', [16]],
    ['00280101', 'US', [12]],
    ['00280102', 'US', [11]],
    ['00280103', 'US', [0]],
    ['00281052', 'DS', '-1024'],
    ['00281053', 'DS', '1'],
    ['7FE00010', 'OW', pixels],
  ];
  const replaced = new Set(replace.map(([tag]) => tag));
  return dicomFile([...elements.filter(([tag]) => !replaced.has(tag)), ...replace]);
}

/** Fragments as encapsulated pixel data: an offset table, the items, the delimiter (PS3.5 A.4). */
export function encapsulated(fragments: readonly Uint8Array[], offsetTable: readonly number[] = []): Buffer {
  const table = Buffer.from(Uint32Array.from(offsetTable).buffer);
  const items = [table, ...fragments].map((bytes) => Buffer.concat([itemHead(bytes.length), bytes]));
  return Buffer.concat([...items, Buffer.from([0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0])]);
}

function itemHead(length: number): Buffer {
  const head = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0]);
  head.writeUInt32LE(length, 4);
  return head;
}
