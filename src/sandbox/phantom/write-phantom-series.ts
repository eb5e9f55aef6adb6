import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DicomElement } from '../../dicom/write/dicom-elements.ts';
import { dicomFile } from '../../dicom/write/dicom-file.ts';
import {
  type PhantomImageHeader,
  type PhantomSeriesHeader,
  type PhantomStudyHeader,
  phantomHeader,
  storedOffset,
} from './phantom-header.ts';
import { phantomUid } from './phantom-uid.ts';
import type { PixelEncoder } from './pixel-encoders.ts';

/** One image of a series: HU row by row, and where it lies. */
export interface PhantomImage extends Omit<PhantomImageHeader, 'sopInstanceUid' | 'number'> {
  readonly hu: Int16Array;
}

export interface PhantomSeries {
  readonly study: PhantomStudyHeader;
  readonly header: PhantomSeriesHeader;
  readonly images: readonly PhantomImage[];
}

/** Changes the header of an image before it is written, to make it wrong on purpose. */
export type HeaderChange = (header: readonly DicomElement[], index: number) => readonly DicomElement[];

/** The DICOM file of one image; index counts from 0 in the series. */
export function phantomInstance(
  { study, header }: Omit<PhantomSeries, 'images'>,
  image: PhantomImage,
  index: number,
  encode: PixelEncoder,
  change: HeaderChange = (unchanged) => unchanged,
): Uint8Array {
  const sopInstanceUid = phantomUid(`image ${index} of series ${header.seriesInstanceUid}`);
  const elements = phantomHeader(study, header, { ...image, sopInstanceUid, number: index + 1 });
  const samples = Uint16Array.from(image.hu, (hu) => hu + storedOffset);
  return dicomFile(change(elements, index), 'LOBAR_PHANTOM_1', encode(samples, image));
}

/** Writes 0001.dcm and so on into a folder, which is made. Gives the paths. */
export async function writePhantomSeries(
  folder: string,
  series: PhantomSeries,
  encode: PixelEncoder,
  change?: HeaderChange,
): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true });
  return Promise.all(
    series.images.map(async (image, index) => {
      const file = join(folder, `${String(index + 1).padStart(4, '0')}.dcm`);
      await writeFile(file, phantomInstance(series, image, index, encode, change));
      return file;
    }),
  );
}
