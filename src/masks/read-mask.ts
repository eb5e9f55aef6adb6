import { readFile, stat } from 'node:fs/promises';
import { within } from '../over-limit.ts';
import type { MaskLimits } from './check-size.ts';
import type { Mask } from './mask.ts';
import { maskInvalid } from './mask-invalid.ts';
import { isNifti, readNifti, unpackedNifti } from './read-nifti.ts';
import { isNrrd, readNrrd } from './read-nrrd.ts';
import { isDicom, readSeg } from './read-seg.ts';

/** @throws LobarError as {@link parseMask} does, and `mask-invalid` where there is no such file or it cannot be read */
export async function readMask(path: string, limits: MaskLimits): Promise<Mask> {
  const { size } = await stat(path).catch((cause: unknown) => {
    throw maskInvalid('there is no such file', cause);
  });
  within('bytesPerSeries', size, limits, 'bytes');
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw maskInvalid('it is no file, or may not be read', cause);
  });
  return await parseMask(bytes, limits);
}

/**
 * A mask file of any kind that is read: what it is is told by its bytes, never by its name.
 *
 * @throws LobarError `mask-invalid`, `limit-exceeded`, `transfer-syntax-unsupported`
 */
export async function parseMask(bytes: Uint8Array, limits: MaskLimits): Promise<Mask> {
  if (isNrrd(bytes)) return await readNrrd(bytes, limits);
  if (isDicom(bytes)) return readSeg(bytes, limits);
  const unpacked = await unpackedNifti(bytes, limits);
  if (isNifti(unpacked)) return readNifti(unpacked, limits);
  throw maskInvalid('it is neither NRRD nor NIfTI-1 nor DICOM');
}
