import type { LimitsConfig } from '../config-schema.ts';
import { within } from '../over-limit.ts';

type ListLimits = Pick<LimitsConfig, 'imagesPerSeries' | 'imagesPerStudy'>;

/** Adds images of one series, each frame one. Errors: `limit-exceeded`. */
type CountImages = (seriesUid: string, images: number) => void;

/**
 * Counts the images of all that is listed together, to be called as they come: a header is kept of each, and
 * thirty kilobytes of empty items are four thousand frames.
 */
export function imageCounter(limits: ListLimits): CountImages {
  const ofSeries = new Map<string, number>();
  let all = 0;
  return (seriesUid, images) => {
    const own = (ofSeries.get(seriesUid) ?? 0) + images;
    ofSeries.set(seriesUid, own);
    all += images;
    within('imagesPerSeries', own, limits, 'images', { seriesInstanceUid: seriesUid });
    within('imagesPerStudy', all, limits, 'images');
  };
}
