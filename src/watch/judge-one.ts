import type { PacsClient } from '../dicomweb/open-pacs.ts';
import { LobarError } from '../errors.ts';
import { askSeries } from './ask-series.ts';
import { type Judgement, judgeByRules, needsSeries, type Stability } from './judge-by-rules.ts';
import { type ListedStudy, readListedStudy } from './listed-study.ts';
import type { WatchRules } from './rules.ts';

export interface JudgedOne extends Judgement {
  readonly study: ListedStudy;
}

export interface JudgeOneOptions {
  readonly stability: Stability;
  /** Epoch, ms. */
  readonly now: number;
  readonly signal: AbortSignal;
  /** Ask for its series also where they change nothing. */
  readonly thoroughly?: boolean;
}

/**
 * Asks a PACS for one study and judges it.
 *
 * @throws LobarError `study-not-found`, and what the PACS fails with
 */
export async function judgeOne(
  pacs: Pick<PacsClient, 'name' | 'listStudies' | 'searchSeries'>,
  studyUid: string,
  rules: WatchRules,
  { stability, now, signal, thoroughly = false }: JudgeOneOptions,
): Promise<JudgedOne> {
  const found = await pacs.listStudies({ study: studyUid }, { signal });
  // Not every PACS matches what it is asked for.
  const study = found.map(readListedStudy).find(({ uid }) => uid === studyUid);
  if (study === undefined) {
    const details = { studyInstanceUid: studyUid };
    throw new LobarError('study-not-found', { pacs: pacs.name }, { details });
  }
  const asks = thoroughly || needsSeries(study, rules, now);
  const series = asks ? await askSeries(pacs, studyUid, signal) : undefined;
  return { study, ...judgeByRules(study, rules, { series, stability, now }) };
}
