import type { PacsClient } from '../dicomweb/open-pacs.ts';
import { askedOfSeries, type ListedSeries, readListedSeries } from './listed-study.ts';

/** What a PACS tells of the series of a study. @throws LobarError as PacsClient.searchSeries */
export async function askSeries(
  pacs: Pick<PacsClient, 'searchSeries'>,
  studyUid: string,
  signal: AbortSignal,
): Promise<readonly ListedSeries[]> {
  const found = await pacs.searchSeries(studyUid, { signal, include: askedOfSeries });
  return found.map(readListedSeries);
}
