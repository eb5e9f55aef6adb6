import type { PacsClient } from '../dicomweb/open-pacs.ts';
import { askSeries } from './ask-series.ts';
import { countImages, type Judgement, judgeByRules, needsSeries } from './judge-by-rules.ts';
import { listRecent } from './list-recent.ts';
import type { ListedStudy } from './listed-study.ts';
import type { WatchRules } from './rules.ts';

export interface Preview extends Judgement {
  readonly study: ListedStudy;
  readonly images?: number;
}

/**
 * What a watch would decide of every study that is listed now, were its images all there; nothing is enqueued.
 *
 * @throws LobarError what the PACS fails with
 */
export async function lookOnce(
  pacs: Pick<PacsClient, 'listStudies' | 'searchSeries'>,
  rules: WatchRules,
  signal: AbortSignal,
): Promise<Preview[]> {
  const now = Date.now();
  const previews: Preview[] = [];
  for (const study of await listRecent(pacs, rules, { now, signal })) {
    const asks = needsSeries(study, rules, now);
    const series = asks ? await askSeries(pacs, study.uid, signal) : undefined;
    const images = countImages(study, series);
    previews.push({
      study,
      ...(images === undefined ? {} : { images }),
      ...judgeByRules(study, rules, { series, stability: 'unknown', now }),
    });
  }
  return previews;
}
