/** Makes an Enhanced CT object (PS3.3 A.38) of frames that come from single-frame CT images. */
import type { InstanceHeader } from '../../src/dicom/instance-header.ts';
import { type DicomElement, dicomFile, explicitLittleEndian } from './dicom-writer.ts';

export interface EnhancedFrame {
  /** Of the single-frame image. */
  readonly header: InstanceHeader;
  /** Native samples, or one code stream. */
  readonly pixels: Uint8Array;
}

export interface EnhancedOptions {
  readonly sopInstanceUid?: string;
  /** Elements that replace or add to those of the object. */
  readonly replace?: readonly DicomElement[];
  /** Says that `pixels` are code streams; encapsulated one fragment a frame then. */
  readonly encapsulatedIn?: string;
}

const enhancedCtStorage = '1.2.840.10008.5.1.4.1.1.2.1';
const dimensions = '2.25.4711';

/** The frames in the order given; position and rescale are per-frame groups, all others are shared. */
export function enhancedCt(
  frames: readonly EnhancedFrame[],
  { sopInstanceUid = '2.25.2000', replace = [], encapsulatedIn }: EnhancedOptions = {},
): Uint8Array<ArrayBuffer> {
  const [first] = frames;
  if (first === undefined) throw new RangeError('no frames');
  const elements = [
    ...objectElements(first.header, sopInstanceUid, frames.length),
    ['52009229', 'SQ', [sharedGroups(first.header)]] as DicomElement,
    ['52009230', 'SQ', frames.map(({ header }, k) => frameGroups(header, k + 1))] as DicomElement,
  ];
  const replaced = new Set(replace.map(([tag]) => tag));
  const kept = [...elements.filter(([tag]) => !replaced.has(tag)), ...replace];
  const pixels = frames.map((frame) => frame.pixels);
  if (encapsulatedIn === undefined) {
    return dicomFile([...kept, ['7FE00010', 'OW', Buffer.concat(pixels)]], explicitLittleEndian);
  }
  return Uint8Array.from(Buffer.concat([dicomFile(kept, encapsulatedIn), encapsulatedPixelData(pixels)]));
}

function objectElements(header: InstanceHeader, sopInstanceUid: string, frames: number): DicomElement[] {
  const { patient, studyDate = '20260301' } = header;
  return [
    ['00080008', 'CS', 'ORIGINAL\\PRIMARY\\VOLUME\\NONE'],
    ['00080016', 'UI', enhancedCtStorage],
    ['00080018', 'UI', sopInstanceUid],
    ['00080020', 'DA', studyDate],
    ['00080023', 'DA', studyDate],
    ['0008002A', 'DT', `${studyDate}120000`],
    ['00080030', 'TM', '120000'],
    ['00080033', 'TM', '120000'],
    ['00080050', 'SH', ''],
    ['00080060', 'CS', 'CT'],
    ['00080070', 'LO', 'Made for a test'],
    ['00080090', 'PN', ''],
    ['00081090', 'LO', 'None'],
    ['00089205', 'CS', 'MONOCHROME'],
    ['00089206', 'CS', 'VOLUME'],
    ['00089207', 'CS', 'NONE'],
    ['00100010', 'PN', ''],
    ['00100020', 'LO', patient.id ?? ''],
    ['00100030', 'DA', ''],
    ['00100040', 'CS', ''],
    ['00181000', 'LO', '1'],
    ['00181020', 'LO', '1'],
    ['00185100', 'CS', 'HFS'],
    ['00189004', 'CS', 'PRODUCT'],
    ['0020000D', 'UI', header.studyInstanceUid],
    ['0020000E', 'UI', header.seriesInstanceUid],
    ['00200010', 'SH', ''],
    ['00200011', 'IS', '1'],
    ['00200013', 'IS', '1'],
    ['00200052', 'UI', '2.25.4712'],
    ['00201040', 'LO', ''],
    ['00209221', 'SQ', [[['00209164', 'UI', dimensions]]]],
    ['00209222', 'SQ', [dimension([0x20, 0x9056]), dimension([0x20, 0x9057])]],
    ['00280002', 'US', [1]],
    ['00280004', 'CS', 'MONOCHROME2'],
    ['00280008', 'IS', String(frames)],
    ['00280010', 'US', [header.rows]],
    ['00280011', 'US', [header.columns]],
    ['00280100', 'US', [header.bitsAllocated]],
    ['00280101', 'US', [header.bitsStored]],
    ['00280102', 'US', [header.highBit]],
    ['00280103', 'US', [header.pixelRepresentation]],
    ['00280301', 'CS', 'NO'],
    ['00282110', 'CS', '00'],
    ['00400555', 'SQ', []],
    ['20500020', 'CS', 'IDENTITY'],
  ];
}

/** PS3.3 C.7.6.17: by stack, then by the position in it; both stand in the Frame Content group. */
function dimension(pointer: readonly number[]): DicomElement[] {
  return [
    ['00209164', 'UI', dimensions],
    ['00209165', 'AT', pointer],
    ['00209167', 'AT', [0x20, 0x9111]],
  ];
}

function sharedGroups(header: InstanceHeader): DicomElement[] {
  const { row, column } = header.imageOrientationPatient ?? { row: [], column: [] };
  const spacing = header.pixelSpacingMm;
  return [
    // CT Image Frame Type, Frame Anatomy, CT Acquisition Details, CT Reconstruction
    [
      '00189329',
      'SQ',
      [
        [
          ['00089007', 'CS', 'ORIGINAL\\PRIMARY\\VOLUME\\NONE'],
          ['00089205', 'CS', 'MONOCHROME'],
          ['00089206', 'CS', 'VOLUME'],
          ['00089207', 'CS', 'NONE'],
        ],
      ],
    ],
    [
      '00209071',
      'SQ',
      [
        [
          ['00082218', 'SQ', [code('51185008', 'SCT', 'Chest')]],
          ['00209072', 'CS', 'U'],
        ],
      ],
    ],
    ['00189304', 'SQ', [[['00181120', 'DS', '0']]]],
    ['00189314', 'SQ', [[['00181210', 'SH', 'B70f']]]],
    // Plane Orientation, Pixel Measures
    ['00209116', 'SQ', [[['00200037', 'DS', [...row, ...column].join('\\')]]]],
    [
      '00289110',
      'SQ',
      [
        [
          ['00180050', 'DS', String(header.sliceThicknessMm ?? '')],
          ['00280030', 'DS', `${spacing?.row}\\${spacing?.column}`],
        ],
      ],
    ],
  ];
}

function code(value: string, scheme: string, meaning: string): DicomElement[] {
  return [
    ['00080100', 'SH', value],
    ['00080102', 'SH', scheme],
    ['00080104', 'LO', meaning],
  ];
}

function frameGroups(header: InstanceHeader, position: number): DicomElement[] {
  return [
    // Frame Content, Plane Position, Pixel Value Transformation
    [
      '00209111',
      'SQ',
      [
        [
          ['00209056', 'SH', header.stackId ?? '1'],
          ['00209057', 'UL', [position]],
          ['00209128', 'UL', [header.temporalPositionIndex ?? 1]],
          ['00209156', 'US', [header.acquisitionNumber ?? 1]],
          ['00209157', 'UL', [1, position]],
        ],
      ],
    ],
    ['00209113', 'SQ', [[['00200032', 'DS', (header.imagePositionPatient ?? []).join('\\')]]]],
    [
      '00289145',
      'SQ',
      [
        [
          ['00281052', 'DS', String(header.rescaleIntercept)],
          ['00281053', 'DS', String(header.rescaleSlope)],
          ['00281054', 'LO', 'HU'],
        ],
      ],
    ],
  ];
}

/** PS3.5 A.4: an empty offset table, one fragment a frame. */
function encapsulatedPixelData(streams: readonly Uint8Array[]): Buffer {
  const item = (bytes: Uint8Array) => {
    const even = bytes.length + (bytes.length % 2);
    const head = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0]);
    head.writeUInt32LE(even, 4);
    return Buffer.concat([head, bytes, Buffer.alloc(even - bytes.length)]);
  };
  return Buffer.concat([
    Buffer.from([0xe0, 0x7f, 0x10, 0x00, 0x4f, 0x42, 0, 0, 0xff, 0xff, 0xff, 0xff]),
    ...[new Uint8Array(0), ...streams].map(item),
    Buffer.from([0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0]),
  ]);
}
