import type { Vec3 } from '../volume/types.ts';
import { type MaskLimits, voxelsOf } from './check-size.ts';
import type { Mask } from './mask.ts';
import { maskInvalid } from './mask-invalid.ts';
import { bytesOf, labelsOfSamples, type SampleType } from './samples.ts';
import { unpack } from './unpack.ts';

/** teem.sourceforge.net/nrrd/format.html, section 4: the names of the types that can hold a label. */
const types: ReadonlyMap<string, SampleType> = new Map([
  ...named('int8', 'signed char', 'int8', 'int8_t'),
  ...named('uint8', 'uchar', 'unsigned char', 'uint8', 'uint8_t'),
  ...named('int16', 'short', 'short int', 'signed short', 'signed short int', 'int16', 'int16_t'),
  ...named('uint16', 'ushort', 'unsigned short', 'unsigned short int', 'uint16', 'uint16_t'),
  ...named('int32', 'int', 'signed int', 'int32', 'int32_t'),
  ...named('uint32', 'uint', 'unsigned int', 'uint32', 'uint32_t'),
  ...named('int64', 'longlong', 'long long', 'long long int', 'int64', 'int64_t'),
  ...named('uint64', 'ulonglong', 'unsigned long long', 'uint64', 'uint64_t'),
  ...named('float32', 'float'),
  ...named('float64', 'double'),
]);

function named(type: SampleType, ...names: readonly string[]) {
  return names.map((name) => [name, type] as const);
}

/** What turns a space's axes into LPS (section 5 of the format: right, left, anterior, posterior ...). */
const spaces: ReadonlyMap<string, Vec3> = new Map([
  ['lps', [1, 1, 1]],
  ['left-posterior-superior', [1, 1, 1]],
  ['ras', [-1, -1, 1]],
  ['right-anterior-superior', [-1, -1, 1]],
  ['las', [1, -1, 1]],
  ['left-anterior-superior', [1, -1, 1]],
]);

/** Longer is no header. */
const maxHeaderBytes = 2 ** 20;

export function isNrrd(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 5)).toString('latin1') === 'NRRD0';
}

/**
 * A three-dimensional NRRD label map with its data in the same file, raw or gzip.
 *
 * @throws LobarError `mask-invalid`, `limit-exceeded`
 */
export async function readNrrd(bytes: Uint8Array, limits: MaskLimits): Promise<Mask> {
  const { fields, dataOffset } = readHeader(bytes);
  refuseDetached(fields);
  const type = types.get((fields.get('type') ?? '').toLowerCase());
  if (type === undefined) throw maskInvalid(`its NRRD type '${fields.get('type') ?? ''}' cannot hold labels`);
  const size = threeSizes(fields);
  const count = voxelsOf(size, limits);
  const data = await samplesOf(bytes.subarray(dataOffset), fields, count * bytesOf[type]);
  const labels = labelsOfSamples(data, type, count, isLittleEndian(fields, type));
  return { kind: 'volume', blocks: [{ labels: () => labels, size, ...placeOf(fields) }] };
}

function readHeader(bytes: Uint8Array) {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, maxHeaderBytes));
  const text = head.toString('latin1');
  const end = /\r?\n\r?\n/.exec(text);
  if (end === null) throw maskInvalid('its NRRD header has no end');
  const fields = new Map<string, string>();
  for (const line of text.slice(0, end.index).split(/\r?\n/).slice(1)) {
    // Comments, and the key/value pairs of applications.
    const colon = line.indexOf(': ');
    if (line.startsWith('#') || line.includes(':=') || colon === -1) continue;
    fields.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 2).trim());
  }
  return { fields, dataOffset: end.index + end[0].length };
}

type Fields = ReadonlyMap<string, string>;

function refuseDetached(fields: Fields): void {
  const isDetached = fields.has('data file') || fields.has('datafile');
  if (isDetached) throw maskInvalid('its NRRD data lies in another file; write it as one .nrrd');
  for (const name of ['line skip', 'lineskip', 'byte skip', 'byteskip']) {
    if (Number(fields.get(name) ?? 0) !== 0) throw maskInvalid(`its NRRD field '${name}' is not 0`);
  }
}

function threeSizes(fields: Fields): readonly [number, number, number] {
  const sizes = (fields.get('sizes') ?? '').split(/\s+/).map(Number);
  const [i, j, k] = sizes;
  if (
    fields.get('dimension') !== '3' ||
    sizes.length !== 3 ||
    i === undefined ||
    j === undefined ||
    k === undefined
  )
    throw maskInvalid('it is not three-dimensional; write one label map, not layers or a time series');
  return [i, j, k];
}

function isLittleEndian(fields: Fields, type: SampleType): boolean {
  const endian = fields.get('endian');
  if (bytesOf[type] > 1 && endian !== 'little' && endian !== 'big') {
    throw maskInvalid("its NRRD header has no field 'endian'");
  }
  return endian !== 'big';
}

async function samplesOf(data: Uint8Array, fields: Fields, length: number): Promise<Uint8Array> {
  const encoding = fields.get('encoding')?.toLowerCase();
  const isPacked = encoding === 'gzip' || encoding === 'gz';
  if (!isPacked && encoding !== 'raw')
    throw maskInvalid(`its NRRD encoding '${encoding ?? ''}' is not raw or gzip`);
  const samples = isPacked ? await unpack(data, length) : data;
  if (samples.length !== length) {
    throw maskInvalid(`it declares ${length} bytes of voxels but holds ${samples.length}`);
  }
  return samples;
}

function placeOf(fields: Fields) {
  const turn = spaces.get((fields.get('space') ?? '').toLowerCase());
  if (turn === undefined) {
    throw maskInvalid("its NRRD field 'space' names no anatomical space, so nobody knows where it lies");
  }
  const inLps = (vector: string): Vec3 => {
    const [x, y, z, ...more] = vector
      .replace(/^\(|\)$/g, '')
      .split(',')
      // What is empty would be 0.
      .map((part) => (part === '' ? Number.NaN : Number(part)));
    if (
      x === undefined ||
      y === undefined ||
      z === undefined ||
      more.length > 0 ||
      ![x, y, z].every(Number.isFinite)
    )
      throw maskInvalid(`its NRRD header has the vector '${vector}'`);
    return [x * turn[0], y * turn[1], z * turn[2]];
  };
  const directions = (fields.get('space directions') ?? '').match(/\([^()]*\)/g) ?? [];
  const [i, j, k] = directions.map((vector) => inLps(vector.replace(/\s/g, '')));
  const origin = fields.get('space origin');
  if (i === undefined || j === undefined || k === undefined || origin === undefined) {
    throw maskInvalid("its NRRD header lacks 'space directions' or 'space origin'");
  }
  return { originMm: inLps(origin.replace(/\s/g, '')), step: { i, j, k } };
}
