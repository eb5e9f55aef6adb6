import { LobarError } from '../errors.ts';
import { isUid, withoutPadding } from '../uid.ts';
import type { DicomJson } from './dicom-json.ts';

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

/**
 * Stands between the UIDs of a series that a PACS lists and the path that its instances are asked for by: what
 * is wrong with them is the fault of the PACS, not of the caller. The study's may be missing.
 *
 * @throws LobarError `pacs-response-invalid`, with the text in details only.
 */
export function assertSeriesListed(pacs: string, series: DicomJson): void {
  for (const [attribute, tag] of [
    ['SeriesInstanceUID', '0020000E'],
    ['StudyInstanceUID', '0020000D'],
  ] as const) {
    const uid = (series[tag] ?? series[tag.toLowerCase()])?.Value?.[0];
    if (uid === undefined && attribute === 'StudyInstanceUID') continue;
    if (typeof uid === 'string' && isUid(withoutPadding(uid))) continue;
    const problem = `it lists a series whose ${attribute} is not a DICOM UID`;
    const details = { [attribute]: String(uid).slice(0, 100) };
    throw new LobarError('pacs-response-invalid', { pacs, problem }, { details });
  }
}
