import type { InstanceHeader } from './instance-header.ts';
import { sliceGeometry } from './slice-stack.ts';
import { isSecondaryCapture, sopClasses } from './uids.ts';

/** What an image is, as far as that decides whether it can be a slice at all. */
export type ObjectKind =
  | 'not-ct'
  | 'secondary-capture'
  | 'localizer'
  | 'multi-frame'
  | 'without-position'
  | 'slice';

/**
 * The kind of one image, or of one frame.
 *
 * [ours] PIPELINE.md 1 has no code of its own for secondary captures, and none for multi-frame objects that do
 * not say where each frame lies. Only the enhanced classes do (PS3.3 C.7.6.16): in any other the one position
 * of the object would be taken for that of every frame. One of these that does not is read without a position
 * (frame-headers.ts).
 */
export function objectKind(header: InstanceHeader): ObjectKind {
  const { modality, sopClassUid, imageType, numberOfFrames } = header;
  if (modality !== 'CT') return 'not-ct';
  if (isSecondaryCapture(sopClassUid)) return 'secondary-capture';
  if (imageType.some((value) => value.toUpperCase() === 'LOCALIZER')) return 'localizer';
  const hasPosition = sliceGeometry(header) !== undefined;
  const { enhancedCt, legacyEnhancedCt } = sopClasses;
  const framesHavePositions = sopClassUid === enhancedCt || sopClassUid === legacyEnhancedCt;
  if (framesHavePositions ? !hasPosition : numberOfFrames !== 1) return 'multi-frame';
  return hasPosition ? 'slice' : 'without-position';
}
