import type { Picture } from '../picture.ts';
import type { ReportPicture } from '../report-pictures.ts';
import { captionPicture } from './caption-picture.ts';
import { positionTexts } from './position-texts.ts';

/** [ours] What a picture says of itself wherever it goes without its report. No configuration takes it away. */
const status = ['AI, not verified', 'research use'] as const;

/**
 * A picture that leaves the report and its words: below it stand where it lies and what it is worth. In English, as
 * everything in a DICOM object whose text is not a document of its own.
 */
export function pictureAlone({ picture, view }: Pick<ReportPicture, 'picture' | 'view'>): Picture {
  return captionPicture(picture, [positionTexts(view), status]);
}
