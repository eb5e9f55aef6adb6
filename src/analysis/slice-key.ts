import type { InstanceHeader } from '../dicom/instance-header.ts';

/** Names one slice: an instance, and a frame of it. */
export type SliceKey = `${string}#${number}`;

export function sliceKey({ sopInstanceUid, frameNumber }: InstanceHeader): SliceKey {
  return `${sopInstanceUid}#${frameNumber}`;
}
