import type { DicomJson } from '../dicomweb/dicom-json.ts';
import type { StudyQuery } from '../dicomweb/list-studies.ts';
import type { PacsClient } from '../dicomweb/open-pacs.ts';
import { RefusedByPacs } from '../dicomweb/refused-by-pacs.ts';
import { type ListedStudy, readListedStudy } from './listed-study.ts';
import type { WatchRules } from './rules.ts';
import { datesWithin } from './study-start.ts';

export interface ListOptions {
  /** Epoch, ms. */
  readonly now: number;
  readonly signal: AbortSignal;
  /** It moves on. */
  readonly turned?: () => void;
  /** What was found out about this PACS by the lists before. */
  readonly habits?: PacsHabits;
}

export interface PacsHabits {
  /** It refuses a search by ModalitiesInStudy, which PS3.18 10.6 asks it to know. */
  refusesModality: boolean;
}

/**
 * The studies of a PACS that may be young enough, each once: by StudyDate, and a question for every modality, as a
 * list of them is not read by every PACS; without the modality where the PACS refuses to be asked for it. A study
 * without a date, or a modality where it is asked for, is not found so.
 *
 * @throws LobarError as PacsClient.listStudies
 */
export async function listRecent(
  pacs: Pick<PacsClient, 'listStudies'>,
  { modalities, receivedWithinHours }: WatchRules,
  { now, signal, turned = () => {}, habits = { refusesModality: false } }: ListOptions,
): Promise<ListedStudy[]> {
  const dates = datesWithin(receivedWithinHours, now);
  const list = (query: StudyQuery) => {
    turned();
    return pacs.listStudies({ dates, ...query }, { signal });
  };
  if (habits.refusesModality) return eachOnce(await list({}));
  const found: DicomJson[] = [];
  for (const modality of new Set(modalities)) {
    try {
      found.push(...(await list({ modality })));
    } catch (error) {
      if (!(error instanceof RefusedByPacs) || !refusals.has(error.answered)) throw error;
      // It may refuse for another reason: then it refuses this as well.
      const all = await list({});
      habits.refusesModality = true;
      return eachOnce(all);
    }
  }
  return eachOnce(found);
}

/** Bad Request, and Not Implemented. */
const refusals: ReadonlySet<number> = new Set([400, 501]);

function eachOnce(found: readonly DicomJson[]): ListedStudy[] {
  const studies = found.map(readListedStudy);
  return [...new Map(studies.map((study) => [study.uid, study])).values()];
}
