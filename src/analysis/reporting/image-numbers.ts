import type { InstanceHeader } from '../../dicom/instance-header.ts';

/**
 * The number under which a PACS shows each image: its InstanceNumber (PS3.3 C.7.6.1), or of one of several frames which
 * it is. Undefined where an image has none, and for frames of more than one instance: the number would be of several.
 *
 * @param headers of the slices of a volume, feet to head
 */
export function imageNumbers(headers: readonly InstanceHeader[]): readonly (number | undefined)[] {
  const instances = new Set(headers.map(({ sopInstanceUid }) => sopInstanceUid)).size;
  return headers.map(({ numberOfFrames, frameNumber, instanceNumber }) => {
    if (numberOfFrames <= 1) return instanceNumber;
    return instances === 1 ? frameNumber : undefined;
  });
}
