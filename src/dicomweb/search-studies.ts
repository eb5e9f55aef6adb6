import { LobarError } from '../errors.ts';
import { isUid, withoutPadding } from '../uid.ts';
import { type DicomJson, valuesOf } from './dicom-json.ts';

/**
 * Stands between a caller's text and a query that is to match exactly it: QIDO-RS reads `*`, `?` and `\` as wildcards
 * and lists (PS3.4 C.2.2.2), and an empty value as "any".
 *
 * @param name - of the value, in words
 * @returns the text without the spaces around it, which mean nothing (PS3.5 6.2, SH and LO)
 * @throws LobarError `request-invalid`, without the text
 */
export function exactValue(name: 'accession number' | 'patient id', value: string): string {
  const text = value.trim();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no value of SH or LO holds one (PS3.5 6.2)
  if (text !== '' && text.length <= 64 && !/[*?\\\u0000-\u001f\u007f]/.test(text)) return text;
  const problem = `the ${name} is empty, longer than 64 characters, or holds *, ?, a backslash or a control character`;
  throw new LobarError('request-invalid', { problem });
}

/**
 * The StudyInstanceUIDs, each once, of those listed studies that have the accession number: a PACS may match
 * without regard to case, by a part, or not at all.
 */
export function studiesOfAccession(listed: readonly DicomJson[], accession: string): string[] {
  const fitting = listed.filter((study) => firstText(study, '00080050')?.trim() === accession);
  return [...new Set(fitting.map(studyUid))];
}

/** The UID under which a PACS lists a study that `assertStudyListed` has passed. */
export function studyUid(study: DicomJson): string {
  return withoutPadding(firstText(study, '0020000D') ?? '');
}

/** @throws LobarError `pacs-response-invalid`, with the text in details only */
export function assertStudyListed(pacs: string, study: DicomJson): DicomJson {
  if (isUid(studyUid(study))) return study;
  const problem = 'it lists a study whose StudyInstanceUID is not a DICOM UID';
  const details = { StudyInstanceUID: studyUid(study).slice(0, 100) };
  throw new LobarError('pacs-response-invalid', { pacs, problem }, { details });
}

function firstText(dataset: DicomJson, tag: string): string | undefined {
  const [value] = valuesOf(dataset, tag);
  return typeof value === 'string' ? value : undefined;
}
