import type { Config, EligibilityConfig } from '../config-schema.ts';
import type { DecodePool } from '../dicom/decode-pool.ts';
import { assessSeries } from '../dicom/eligibility.ts';
import { type IngestedSeries, ingestSeries } from '../dicom/ingest-series.ts';
import type { Notice } from '../errors.ts';
import type { ChosenSeries } from './choose-series.ts';
import type { StudySource } from './study-source.ts';

export interface RetrieveOptions {
  readonly decodePool: DecodePool;
  readonly limits: Config['limits'];
  readonly signal: AbortSignal;
  /** Fraction of the listed instances that are decoded. */
  readonly onProgress: (fraction: number) => void;
}

/**
 * Streams the chosen series into a volume. Fewer instances than the source listed are an error: a shorter
 * volume would give wrong percentages that look right.
 *
 * @throws LobarError of the source, of decoding, and source.incomplete().
 */
export async function retrieve(
  source: StudySource,
  { uid, listed }: ChosenSeries,
  { decodePool, limits, signal, onProgress }: RetrieveOptions,
): Promise<IngestedSeries> {
  const ingested = await ingestSeries(source.instances(uid, signal), {
    pool: decodePool,
    limits,
    expectedInstances: listed,
    signal,
    onInstance: (done) => onProgress(Math.min(0.99, done / listed)),
  });
  if (ingested.instances < listed) throw source.incomplete(listed, ingested.instances);
  return ingested;
}

/** The rules once more, on the headers of what really arrived: a PACS may list something else than it sends. */
export function refusalsOnArrival({ headers }: IngestedSeries, rules: EligibilityConfig): readonly Notice[] {
  return assessSeries(headers, rules).reasons;
}
