import { LobarError } from '../errors.ts';
import { isUid, withoutPadding } from '../uid.ts';
import { type DicomJson, valuesOf } from './dicom-json.ts';

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
    const uid = firstValue(series, tag);
    if (uid === undefined && attribute === 'StudyInstanceUID') continue;
    if (typeof uid === 'string' && isUid(withoutPadding(uid))) continue;
    const problem = `it lists a series whose ${attribute} is not a DICOM UID`;
    // Not String(uid): what stands there may be an object whose toString is not ours.
    const details = { [attribute]: typeof uid === 'string' ? uid.slice(0, 100) : typeof uid };
    throw new LobarError('pacs-response-invalid', { pacs, problem }, { details });
  }
}

/** The UID under which a PACS lists a series that `assertSeriesListed` has passed. */
export function listedUid(series: DicomJson): string {
  return String(firstValue(series, '0020000E'));
}

/** The SOPInstanceUID of an instance that a PACS lists; empty where it tells none. */
export function instanceUid(instance: DicomJson): string {
  const uid = firstValue(instance, '00080018');
  return typeof uid === 'string' ? withoutPadding(uid) : '';
}

/** As `assertSeriesListed`, for the instances that a PACS lists. */
export function assertInstancesListed(pacs: string, sopInstanceUids: readonly string[]): void {
  const wrong = sopInstanceUids.find((uid) => !isUid(uid));
  if (wrong === undefined) return;
  const problem = 'it lists an instance whose SOPInstanceUID is not a DICOM UID';
  const details = { sopInstanceUid: wrong.slice(0, 100) };
  throw new LobarError('pacs-response-invalid', { pacs, problem }, { details });
}

function firstValue(dataset: DicomJson, tag: string): unknown {
  return valuesOf(dataset, tag)[0];
}
