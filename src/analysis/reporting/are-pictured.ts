import type { Wanted } from './reporter-protocol.ts';

/** Masks and measurements, as the PACS may want them alone, have no pictures in them. */
export function arePictured({ kinds, objects }: Wanted): boolean {
  if (kinds.some((kind) => kind !== 'volumes' && kind !== 'dicom')) return true;
  return kinds.includes('dicom') && objects.some((object) => object === 'pdf' || object === 'pictures');
}
