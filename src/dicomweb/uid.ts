import { LobarError } from '../errors.ts';

/**
 * Digits and dots, at most 64 characters (PS3.5 9.1). A component with a leading zero, which the standard
 * forbids and old modalities write, passes: it is harmless in a path and refusing it would lose the study.
 */
export function isUid(text: string): boolean {
  return text.length <= 64 && /^\d+(?:\.\d+)*$/.test(text);
}

/**
 * Stands between a caller's text and a path of the PACS.
 *
 * @throws LobarError `request-invalid`, with the text in details only.
 */
export function assertUid(attribute: 'StudyInstanceUID' | 'SeriesInstanceUID', text: string): void {
  if (isUid(text)) return;
  throw new LobarError(
    'request-invalid',
    { problem: `${attribute} is not a DICOM UID (PS3.5 9.1: digits and dots, at most 64 characters)` },
    { details: { [attribute]: text.slice(0, 100) } },
  );
}
