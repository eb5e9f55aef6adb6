import dicomParser, { type DataSet } from 'dicom-parser';
import { LobarError } from '../errors.ts';
import type { Vec3 } from '../volume/types.ts';
import { type MaskLimits, voxelsOf } from './check-size.ts';
import type { Mask, MaskBlock } from './mask.ts';
import { maskInvalid } from './mask-invalid.ts';
import { type SegPixels, segPlane } from './seg-plane.ts';

/** Segmentation Storage, Label Map Segmentation Storage (PS3.4 B.5). */
const sopClasses = ['1.2.840.10008.5.1.4.1.1.66.4', '1.2.840.10008.5.1.4.1.1.66.7'];
/** Implicit and Explicit VR Little Endian (PS3.5 A.1, A.2). */
const syntaxes = ['1.2.840.10008.1.2', '1.2.840.10008.1.2.1'];
/** Deflated Explicit VR Little Endian (PS3.5 A.5). */
const deflated = '1.2.840.10008.1.2.1.99';

/** Tags as dicom-parser names them (PS3.3 A.51, C.8.20, C.7.6.16). */
const tags = {
  sopClass: 'x00080016',
  transferSyntax: 'x00020010',
  rows: 'x00280010',
  columns: 'x00280011',
  frames: 'x00280008',
  bitsAllocated: 'x00280100',
  segmentationType: 'x00620001',
  maximumFractionalValue: 'x0062000e',
  pixelData: 'x7fe00010',
  shared: 'x52009229',
  perFrame: 'x52009230',
  pixelMeasures: 'x00289110',
  planePosition: 'x00209113',
  planeOrientation: 'x00209116',
  segmentIdentification: 'x0062000a',
  segmentNumber: 'x0062000b',
  pixelSpacing: 'x00280030',
  position: 'x00200032',
  orientation: 'x00200037',
} as const;

export function isDicom(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(128, 132)).toString('latin1') === 'DICM';
}

/**
 * The planes of a DICOM SEG object (PS3.3 A.51), uncompressed: binary, fractional (present from half of its
 * maximum on) or label map. The label of a voxel is its segment's number.
 *
 * @throws LobarError `mask-invalid`, `limit-exceeded`, `transfer-syntax-unsupported`
 */
export function readSeg(bytes: Uint8Array, limits: MaskLimits): Mask {
  const dataset = parse(bytes);
  if (!sopClasses.includes(dataset.string(tags.sopClass) ?? '')) {
    throw maskInvalid('it is a DICOM object, but no segmentation');
  }
  const syntax = (dataset.string(tags.transferSyntax) ?? '').trim();
  if (!syntaxes.includes(syntax)) throw unsupported(syntax);
  const pixels = pixelsOf(dataset, bytes, limits);
  const shared = item(dataset, tags.shared);
  const frames = dataset.elements[tags.perFrame]?.items ?? [];
  if (frames.length !== pixels.frames) {
    throw maskInvalid(`it declares ${pixels.frames} frames but tells the place of ${frames.length}`);
  }
  const blocks = frames.map(({ dataSet }, index) => {
    if (dataSet === undefined) throw maskInvalid('its functional groups are broken');
    const groupOf = (tag: string) => item(dataSet, tag) ?? (shared && item(shared, tag));
    return frameBlock(groupOf, pixels, index);
  });
  return { kind: 'planes', blocks };
}

function parse(bytes: Uint8Array): DataSet {
  try {
    return dicomParser.parseDicom(bytes, { inflater: refuseDeflated });
  } catch (cause) {
    if (cause instanceof LobarError) throw cause;
    // dicom-parser throws strings and bare objects.
    throw maskInvalid('its DICOM elements are broken', cause);
  }
}

/** dicom-parser itself would inflate whatever comes out, before a line of it can be looked at. */
function refuseDeflated(): never {
  throw unsupported(deflated);
}

function unsupported(uid: string): LobarError<'transfer-syntax-unsupported'> {
  return new LobarError('transfer-syntax-unsupported', { uid, name: 'of a mask', supported: syntaxes });
}

function item(dataset: DataSet, tag: string): DataSet | undefined {
  return dataset.elements[tag]?.items?.[0]?.dataSet;
}

function pixelsOf(dataset: DataSet, bytes: Uint8Array, limits: MaskLimits): SegPixels {
  const rows = dataset.uint16(tags.rows) ?? 0;
  const columns = dataset.uint16(tags.columns) ?? 0;
  const frames = dataset.intString(tags.frames) ?? 0;
  const voxels = voxelsOf([columns, rows, frames], limits);
  const type = dataset.string(tags.segmentationType) ?? '';
  const bits = dataset.uint16(tags.bitsAllocated) ?? 0;
  const isKnown =
    (type === 'BINARY' && bits === 1) ||
    (type === 'FRACTIONAL' && bits === 8) ||
    (type === 'LABELMAP' && (bits === 8 || bits === 16));
  if (!isKnown)
    throw maskInvalid(`its segmentation type '${type}' with ${bits} bits is not one that is read`);
  const element = dataset.elements[tags.pixelData];
  const length = Math.ceil((voxels * bits) / 8);
  const end = (element?.dataOffset ?? 0) + length;
  if (element === undefined || element.length < length || end > bytes.length) {
    throw maskInvalid(`it declares ${length} bytes of pixels but does not hold them`);
  }
  const most = type === 'FRACTIONAL' ? (dataset.uint16(tags.maximumFractionalValue) ?? 255) : 1;
  if (most === 0) throw maskInvalid('its maximum fractional value is 0');
  return {
    bytes: bytes.subarray(element.dataOffset, end),
    rows,
    columns,
    frames,
    bits: bits as SegPixels['bits'],
    present: Math.ceil(most / 2),
    isLabelMap: type === 'LABELMAP',
  };
}

function frameBlock(
  groupOf: (tag: string) => DataSet | undefined,
  pixels: SegPixels,
  index: number,
): MaskBlock {
  const spacing = numbers(groupOf(tags.pixelMeasures), tags.pixelSpacing, 2);
  const position = numbers(groupOf(tags.planePosition), tags.position, 3);
  const orientation = numbers(groupOf(tags.planeOrientation), tags.orientation, 6);
  if (spacing === undefined || position === undefined || orientation === undefined) {
    throw maskInvalid('a frame of it does not tell its position, orientation and pixel spacing');
  }
  const segment = groupOf(tags.segmentIdentification)?.uint16(tags.segmentNumber);
  if (segment === undefined && !pixels.isLabelMap)
    throw maskInvalid('a frame of it does not tell its segment');
  const vector = (from: readonly number[], at: number, by: number): Vec3 =>
    [0, 1, 2].map((n) => (from[at + n] as number) * by) as unknown as Vec3;
  return {
    // Sixteen times what a plane of one bit a pixel takes in the file, so no more than one is there at a time.
    labels: () => segPlane(pixels, index, segment ?? 0),
    size: [pixels.columns, pixels.rows, 1],
    originMm: vector(position, 0, 1),
    step: {
      // PixelSpacing is that between rows, then that between columns (PS3.3 10.7.1.3).
      i: vector(orientation, 0, spacing[1] as number),
      j: vector(orientation, 3, spacing[0] as number),
      k: [0, 0, 0],
    },
  };
}

function numbers(dataset: DataSet | undefined, tag: string, count: number): readonly number[] | undefined {
  const values = (dataset?.string(tag) ?? '').split('\\').map((text) => Number.parseFloat(text));
  return values.length === count && values.every(Number.isFinite) ? values : undefined;
}
