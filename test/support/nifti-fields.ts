import { gunzipSync } from 'node:zlib';

/** The fields of a gzip NIfTI-1 file, little endian, by the offsets of nifti1.h; no code of ours takes part. */
export function niftiFields(packed: Uint8Array) {
  const file = gunzipSync(packed);
  const int16 = (at: number) => file.readInt16LE(at);
  const floats = (at: number, count: number) =>
    Array.from({ length: count }, (_, n) => file.readFloatLE(at + 4 * n));
  const voxOffset = file.readFloatLE(108);
  return {
    headerBytes: file.readInt32LE(0),
    dim: Array.from({ length: 8 }, (_, n) => int16(40 + 2 * n)),
    intent: int16(68),
    datatype: int16(70),
    bitpix: int16(72),
    qfac: file.readFloatLE(76),
    /** Of the three axes. */
    pixdim: floats(80, 3),
    voxOffset,
    units: file.readUInt8(123),
    /** From, to. */
    shown: floats(124, 2).toReversed(),
    qformCode: int16(252),
    sformCode: int16(254),
    quaternion: floats(256, 3),
    qoffset: floats(268, 3),
    /** srow_x, srow_y, srow_z. */
    rows: [floats(280, 4), floats(296, 4), floats(312, 4)],
    magic: file.toString('latin1', 344, 348),
    voxels: file.subarray(voxOffset),
  };
}
