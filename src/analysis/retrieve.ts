import type { Config, EligibilityConfig } from '../config-schema.ts';
import type { DecodePool } from '../dicom/decode-pool.ts';
import { assessSeries } from '../dicom/eligibility.ts';
import { type IngestedSeries, ingestSeries } from '../dicom/ingest-series.ts';
import type { InstanceHeader } from '../dicom/instance-header.ts';
import { pixelWarnings } from '../dicom/pixel-problems.ts';
import { splitSeries } from '../dicom/split-series.ts';
import { LobarError, type Notice } from '../errors.ts';
import type { ChosenSeries } from './choose-series.ts';
import { type SliceKey, sliceKey } from './slice-key.ts';
import type { StudySource } from './study-source.ts';

export interface RetrieveOptions {
  readonly decodePool: DecodePool;
  readonly limits: Config['limits'];
  /** Make a volume also of a series that the rules refuse, where one can be made at all. */
  readonly force: boolean;
  readonly signal: AbortSignal;
  /** Fraction of the listed slices that are decoded. */
  readonly onProgress: (fraction: number) => void;
}

/**
 * Streams the chosen series into a volume: all slices of the chosen stack, and nothing else. A shorter volume
 * would give wrong percentages that look right; the images of another patient would be reported on the wrong
 * one.
 *
 * A series that was not split is taken whole: what arrives beyond its listing is judged by refusalsOnArrival. Of
 * a split one only what was listed is known to belong to the chosen stack.
 *
 * @throws LobarError of the source, of decoding, source.incomplete(), `identity-mismatch`.
 */
export async function retrieve(
  source: StudySource,
  chosen: ChosenSeries,
  { decodePool, limits, force, signal, onProgress }: RetrieveOptions,
): Promise<IngestedSeries> {
  const { uid, listed, slices, leftOut } = chosen;
  const arrived = new Set<SliceKey>();
  const slots = new Map([...slices].map((key, slot) => [key, slot]));
  const wanted = (header: InstanceHeader) => {
    const key = sliceKey(header);
    arrived.add(key);
    return leftOut.size === 0 || slices.has(key);
  };
  const ingested = await ingestSeries(source.instances(uid, signal, listed), {
    pool: decodePool,
    limits,
    expectedSlices: slices.size,
    expectedSlot: (header) => slots.get(sliceKey(header)),
    wanted,
    force,
    signal,
    onSlice: (done) => onProgress(Math.min(0.99, done / slices.size)),
  }).catch((error: unknown) => {
    throw located(error, source);
  });
  const missing = slices.difference(arrived).size;
  if (missing > 0) throw source.incomplete(slices.size, slices.size - missing);
  requireIdentity(source, chosen, ingested);
  const unlisted = leftOut.size === 0 ? 0 : arrived.difference(slices).difference(leftOut).size;
  const warnings = [...pixelWarnings(ingested.received), ...(unlisted === 0 ? [] : [notListed(unlisted)])];
  return { ...ingested, warnings: [...ingested.warnings, ...warnings] };
}

/** The error, with where its sender finds the instance that it is about. */
function located(error: unknown, source: StudySource): unknown {
  const uid = error instanceof LobarError ? error.details['sopInstanceUid'] : undefined;
  if (!(error instanceof LobarError) || typeof uid !== 'string') return error;
  return Object.assign(error, { details: { ...error.details, ...source.placeOf?.(uid) } });
}

function notListed(count: number): Notice {
  const text = `${count} images of the series arrived that its listing does not name; they were left out.`;
  return { code: 'unlisted-images', text };
}

/** What arrived must be of the study, series and patient that were asked for and listed. */
function requireIdentity(source: StudySource, chosen: ChosenSeries, { headers }: IngestedSeries): void {
  const study = source.studyUid ?? chosen.header.studyInstanceUid;
  const { patient } = chosen.header;
  for (const header of headers) {
    if (header.studyInstanceUid !== study) throw new LobarError('identity-mismatch', { what: 'study' });
    if (header.seriesInstanceUid !== chosen.uid)
      throw new LobarError('identity-mismatch', { what: 'series' });
    // A PACS may leave the patient out of its metadata, but never name another one.
    const samePatient =
      (patient.id === undefined || header.patient.id === patient.id) &&
      (patient.issuerOfId === undefined || header.patient.issuerOfId === patient.issuerOfId);
    if (!samePatient) throw new LobarError('identity-mismatch', { what: 'patient' });
  }
}

/**
 * The rules once more, on the headers of all that really arrived for the volume: a PACS may list something else
 * than it sends, and an acquisition that was still on its way when the study was listed is another pass.
 */
export function refusalsOnArrival(
  { received }: Pick<IngestedSeries, 'received'>,
  { leftOut, slices }: Pick<ChosenSeries, 'leftOut' | 'slices'>,
  rules: EligibilityConfig,
): readonly Notice[] {
  const { reasons } = assessSeries(received, rules);
  const isChanged = leftOut.size === 0 && splitSeries(received).length > 1;
  return isChanged ? [seriesChanged(received.length > slices.size), ...reasons] : reasons;
}

/** [ours] Which of its stacks is the best can be judged anew, when all of it is there. */
function seriesChanged(isLonger: boolean): Notice {
  const text = isLonger
    ? 'More images arrived than were listed, and they are not one volume. Try again when the study is complete.'
    : 'The images that arrived are not one volume, though their listing was.';
  return { code: 'series-changed', text };
}
