/** The real scan that benchmarks are about: LIDC-IDRI-0314, 275 slices of 512 x 512, 1 mm. */
import { sharedData, sharedDataMissing } from '../test/support/shared-data.ts';
import { unpack } from './ingest/prepare-series.ts';

/** What is missing to have it, in words. */
export const realStudyMissing: readonly string[] = sharedDataMissing === false ? [] : [sharedDataMissing];

export const realSlices = 275;

/** Unpacks it, raw in implicit little endian, into a new folder. */
export async function unpackRealStudy(to: string): Promise<void> {
  await unpack(sharedData('lidc-0314', `LIDC-IDRI-0314_CT_${realSlices}dcm.tar.xz`), to);
}
