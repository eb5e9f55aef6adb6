import type { Vec3 } from '../volume/types.ts';
import { type MaskLimits, voxelsOf } from './check-size.ts';
import type { Mask, MaskBlock } from './mask.ts';
import { maskInvalid } from './mask-invalid.ts';
import { bytesOf, labelsOfSamples, type SampleType } from './samples.ts';
import { isGzip, unpack } from './unpack.ts';

/** Data type codes of nifti1.h that can hold a label. */
const types: Readonly<Record<number, SampleType>> = {
  2: 'uint8',
  4: 'int16',
  8: 'int32',
  16: 'float32',
  64: 'float64',
  256: 'int8',
  512: 'uint16',
  768: 'uint32',
  1024: 'int64',
  1280: 'uint64',
};

const headerBytes = 348;
/** Widest sample, bytes. */
const maxSampleBytes = 8;
/** Room for the header and its extensions. */
const maxLeadBytes = 2 ** 20;
/** nifti1.h: units are in the lower three bits; 0 unknown, 2 millimetres. */
const unitsMask = 7;
const millimetres = [0, 2];

export function isNifti(bytes: Uint8Array): boolean {
  return byteOrder(bytes) !== undefined && magicOf(bytes).startsWith('n');
}

const magicOf = (bytes: Uint8Array) => Buffer.from(bytes.subarray(344, 347)).toString('latin1');

/** Whether it is little endian; undefined where it is no NIfTI-1 header. */
function byteOrder(bytes: Uint8Array): boolean | undefined {
  if (bytes.length < headerBytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, headerBytes);
  if (view.getInt32(0, true) === headerBytes) return true;
  return view.getInt32(0, false) === headerBytes ? false : undefined;
}

/** The unpacked file where `bytes` are a gzip-packed one (.nii.gz). */
export async function unpackedNifti(bytes: Uint8Array, limits: MaskLimits): Promise<Uint8Array> {
  if (!isGzip(bytes)) return bytes;
  const most = Math.min(limits.voxels * maxSampleBytes + maxLeadBytes, limits.bytesPerSeries);
  return await unpack(bytes, most);
}

/**
 * A NIfTI-1 label map in one file, unpacked. Its place is the sform where there is one, else the qform.
 *
 * @throws LobarError `mask-invalid`, `limit-exceeded`
 */
export function readNifti(bytes: Uint8Array, limits: MaskLimits): Mask {
  const littleEndian = byteOrder(bytes);
  if (littleEndian === undefined) throw maskInvalid('its NIfTI-1 header is broken');
  if (magicOf(bytes) !== 'n+1')
    throw maskInvalid('its NIfTI voxels lie in another file; write it as one .nii');
  const view = new DataView(bytes.buffer, bytes.byteOffset, headerBytes);
  const type = types[view.getInt16(70, littleEndian)];
  if (type === undefined) throw maskInvalid('its NIfTI data type cannot hold labels');
  refuseScaling(view, littleEndian);
  const size = threeSizes(view, littleEndian);
  const count = voxelsOf(size, limits);
  const start = view.getFloat32(108, littleEndian);
  const end = start + count * bytesOf[type];
  if (!(Number.isInteger(start) && start >= headerBytes && end <= bytes.length)) {
    throw maskInvalid(`it declares ${end} bytes but holds ${bytes.length}`);
  }
  const labels = labelsOfSamples(bytes.subarray(start, end), type, count, littleEndian);
  return { kind: 'volume', blocks: [{ labels: () => labels, size, ...placeOf(view, littleEndian) }] };
}

/** A slope of 0 means none (nifti1.h). */
function refuseScaling(view: DataView, littleEndian: boolean): void {
  const slope = view.getFloat32(112, littleEndian);
  const intercept = view.getFloat32(116, littleEndian);
  if (slope === 0 || (slope === 1 && intercept === 0) || Number.isNaN(slope)) return;
  throw maskInvalid('its NIfTI values are scaled; write labels as they are');
}

function threeSizes(view: DataView, littleEndian: boolean): readonly [number, number, number] {
  const dim = (n: number) => view.getInt16(40 + 2 * n, littleEndian);
  const dimensions = dim(0);
  const more = [4, 5, 6, 7].filter((n) => n <= dimensions && dim(n) > 1);
  if (dimensions < 3 || dimensions > 7 || more.length > 0) {
    throw maskInvalid('it is not three-dimensional; write one label map, not layers or a time series');
  }
  return [dim(1), dim(2), dim(3)];
}

type Place = Pick<MaskBlock, 'originMm' | 'step'>;

function placeOf(view: DataView, littleEndian: boolean): Place {
  if (!millimetres.includes(view.getUint8(123) & unitsMask))
    throw maskInvalid('its NIfTI units are not millimetres');
  const float = (offset: number) => view.getFloat32(offset, littleEndian);
  if (view.getInt16(254, littleEndian) > 0) {
    const column = (n: number) => fromRas([float(280 + 4 * n), float(296 + 4 * n), float(312 + 4 * n)]);
    return { originMm: column(3), step: { i: column(0), j: column(1), k: column(2) } };
  }
  if (view.getInt16(252, littleEndian) <= 0) {
    throw maskInvalid('its NIfTI header has neither sform nor qform, so nobody knows where it lies');
  }
  return qform(float);
}

/** NIfTI counts to the right and to the front. */
function fromRas([x, y, z]: Vec3): Vec3 {
  return [-x, -y, z];
}

/** The rotation of a quaternion with its first part left out (nifti1.h, method 2). */
function qform(float: (offset: number) => number): Place {
  const [b, c, d] = [float(256), float(260), float(264)];
  const a = Math.sqrt(Math.max(0, 1 - b * b - c * c - d * d));
  const handed = float(76) < 0 ? -1 : 1;
  const [x, y, z] = [float(80), float(84), float(88) * handed];
  const scaled = (vector: Vec3, by: number) => fromRas([vector[0] * by, vector[1] * by, vector[2] * by]);
  return {
    originMm: fromRas([float(268), float(272), float(276)]),
    step: {
      i: scaled([a * a + b * b - c * c - d * d, 2 * (b * c + a * d), 2 * (b * d - a * c)], x),
      j: scaled([2 * (b * c - a * d), a * a + c * c - b * b - d * d, 2 * (c * d + a * b)], y),
      k: scaled([2 * (b * d + a * c), 2 * (c * d - a * b), a * a + d * d - c * c - b * b], z),
    },
  };
}
