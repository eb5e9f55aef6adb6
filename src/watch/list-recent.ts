import type { PacsClient } from '../dicomweb/open-pacs.ts';
import { type ListedStudy, readListedStudy } from './listed-study.ts';
import type { WatchRules } from './rules.ts';
import { datesWithin } from './study-start.ts';

export interface ListOptions {
  /** Epoch, ms. */
  readonly now: number;
  readonly signal: AbortSignal;
  /** It moves on. */
  readonly turned?: () => void;
}

/**
 * The studies of a PACS that may be young enough, each once: by StudyDate, and a question for every modality, as a
 * list of them is not read by every PACS. A study without a date or modality of its own is not found so.
 *
 * @throws LobarError as PacsClient.listStudies
 */
export async function listRecent(
  pacs: Pick<PacsClient, 'listStudies'>,
  { modalities, receivedWithinHours }: WatchRules,
  { now, signal, turned = () => {} }: ListOptions,
): Promise<ListedStudy[]> {
  const dates = datesWithin(receivedWithinHours, now);
  const found = new Map<string, ListedStudy>();
  for (const modality of new Set(modalities)) {
    turned();
    for (const json of await pacs.listStudies({ dates, modality }, { signal })) {
      const study = readListedStudy(json);
      found.set(study.uid, study);
    }
  }
  return [...found.values()];
}
