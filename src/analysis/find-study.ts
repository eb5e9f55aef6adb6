import type { PacsClient } from '../dicomweb/open-pacs.ts';
import { LobarError } from '../errors.ts';

/**
 * The StudyInstanceUID of the one study that a PACS holds under an accession number.
 *
 * @throws LobarError `study-not-found`, `study-ambiguous` (its text holds a count only), `request-invalid` for a
 *   number that a search would read as a pattern, and what the PACS fails with
 */
export async function findStudyByAccession(
  pacs: Pick<PacsClient, 'name' | 'searchStudies'>,
  accession: string,
  signal: AbortSignal,
): Promise<string> {
  const [first, ...others] = await pacs.searchStudies({ accession }, { signal });
  if (first === undefined) throw new LobarError('study-not-found', { pacs: pacs.name, by: 'accession' });
  if (others.length > 0) {
    throw new LobarError('study-ambiguous', { pacs: pacs.name, count: others.length + 1 });
  }
  return first;
}
