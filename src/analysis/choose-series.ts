import type { EligibilityConfig } from '../config-schema.ts';
import { assessSeries, type SeriesAssessment } from '../dicom/eligibility.ts';
import type { InstanceHeader } from '../dicom/instance-header.ts';
import { rankSeries } from '../dicom/rank-series.ts';
import { LobarError, type Notice } from '../errors.ts';
import type { OtherSeries } from './analysis.ts';
import type { OfferedSeries, StudySource } from './study-source.ts';

export interface ChosenSeries {
  readonly kind: 'chosen';
  readonly uid: string;
  /** What stands in the header of its first listed instance. */
  readonly header: InstanceHeader;
  /** SOPInstanceUIDs that the source lists; a volume of fewer is never analysed. */
  readonly listed: ReadonlySet<string>;
  /** False when the tags say nothing about the body part, so that the pipeline has to find lungs. */
  readonly chestKnown: boolean;
  readonly others: readonly OtherSeries[];
  readonly warnings: readonly Notice[];
}

export interface NoSeries {
  readonly kind: 'ineligible';
  readonly header: InstanceHeader;
  readonly reasons: readonly OtherSeries[];
}

interface Wish {
  readonly seriesUid?: string | undefined;
  readonly force: boolean;
}

/**
 * Chooses the best eligible series of the study (PIPELINE.md 1), or the one that was asked for.
 *
 * @throws LobarError `no-images`, `series-not-found` and what the source fails with.
 */
export async function chooseSeries(
  source: StudySource,
  wish: Wish,
  rules: EligibilityConfig,
  signal: AbortSignal,
): Promise<ChosenSeries | NoSeries> {
  const offered = await source.listSeries(signal);
  const header = offered[0]?.headers[0];
  if (header === undefined) throw new LobarError('no-images', { where: 'the study' });
  if (wish.seriesUid !== undefined && !offered.some(({ uid }) => uid === wish.seriesUid)) {
    throw source.seriesNotFound(wish.seriesUid);
  }

  const ranked = rankSeries(offered.map(({ headers }) => assessSeries(headers, rules)));
  const asked = ranked.filter(({ uid }) => wish.seriesUid === undefined || uid === wish.seriesUid);
  const best = asked.find(({ eligible }) => eligible) ?? (wish.force ? asked[0] : undefined);
  if (best === undefined)
    return { kind: 'ineligible', header, reasons: ranked.map((one) => asOther(one, wish)) };
  return chosen(best, ranked, offered, wish);
}

function chosen(
  best: SeriesAssessment,
  ranked: readonly SeriesAssessment[],
  offered: readonly OfferedSeries[],
  wish: Wish,
): ChosenSeries {
  const { headers = [] } = offered.find(({ uid }) => uid === best.uid) ?? {};
  const [header] = headers;
  if (header === undefined) throw new LobarError('no-images', { where: 'the series' });
  return {
    kind: 'chosen',
    uid: best.uid,
    header,
    listed: new Set(headers.map(({ sopInstanceUid }) => sopInstanceUid)),
    chestKnown: best.chestKnown,
    others: ranked.filter(({ uid }) => uid !== best.uid).map((one) => asOther(one, wish)),
    warnings: best.eligible ? best.warnings : [...forced(best), ...best.warnings],
  };
}

function forced({ reasons }: SeriesAssessment): Notice[] {
  const text = 'The series is not eligible and was analysed by force. This result is never published.';
  return [{ code: 'forced', text }, ...reasons];
}

function asOther({ uid, description, reasons }: SeriesAssessment, wish: Wish): OtherSeries {
  const notAsked = { code: 'not-asked-for', text: 'Another series was asked for by its UID.' };
  return {
    uid,
    ...(description === undefined ? {} : { description }),
    reasons: reasons.length === 0 && wish.seriesUid !== undefined ? [notAsked] : [...reasons],
  };
}
