import { throwIfAborted } from '../backoff.ts';
import type { PacsClient } from '../dicomweb/open-pacs.ts';
import { asLobarError, type LobarError } from '../errors.ts';
import type { WatchDecision } from '../telemetry/watch-metrics.ts';
import { unlessAborted } from '../unless-aborted.ts';
import { askSeries } from './ask-series.ts';
import { countImages, judgeByRules, needsSeries } from './judge-by-rules.ts';
import { listRecent } from './list-recent.ts';
import type { ListedSeries, ListedStudy } from './listed-study.ts';
import type { WatchRules } from './rules.ts';
import { SeenStudies, type SeenStudy } from './seen-studies.ts';

/**
 * Has a study analysed, once, however often it is asked to.
 *
 * @returns `filtered` where whoever does it has other rules
 * @throws LobarError; it is asked again then
 */
export type EnqueueStudy = (studyUid: string) => Promise<'enqueued' | 'known' | 'filtered'>;

export interface RoundsOptions {
  readonly pacs: Pick<PacsClient, 'name' | 'listStudies' | 'searchSeries'>;
  readonly rules: WatchRules;
  readonly enqueue: EnqueueStudy;
  /** A study was decided, or could not be. */
  readonly decided: (decision: WatchDecision) => void;
  /** It moves on: between any two requests. */
  readonly turned: () => void;
  /** Epoch, ms. */
  readonly now: () => number;
  /**
   * Whether the queue was away since this was last asked. It may have come back empty, so that what was enqueued is
   * handed over once more; a queue that still has it says `known`.
   */
  readonly queueWasAway?: () => boolean;
}

/** What one look at the PACS came to. */
export interface Round {
  readonly listed: number;
  readonly decisions: Readonly<Record<WatchDecision, number>>;
  /** UIDs of those whose images still arrive. */
  readonly waiting: ReadonlySet<string>;
  /** The last one, where something failed after the PACS had listed its studies. */
  readonly error?: LobarError;
}

/** So many failures behind one another, and the round ends: whatever is down, the next one finds out. */
const failuresToEnd = 3;

/** Looks at a PACS, again and again; what it remembers from one look to the next lives as long as this function. */
export function openRounds(options: RoundsOptions): (signal: AbortSignal) => Promise<Round> {
  const seen = new SeenStudies();
  const habits = { refusesModality: false };
  let round = 0;
  /** @throws LobarError what the PACS fails with when it is asked for its studies */
  return async (signal) => {
    const { pacs, rules, now, turned, decided, queueWasAway = () => false } = options;
    round += 1;
    const studies = await listRecent(pacs, rules, { now: now(), signal, turned, habits });
    if (queueWasAway()) seen.reopenEnqueued();
    const at = { now: now(), round };
    const open = studies
      .map((study) => ({ study, known: seen.see(study.uid, fingerprintOf(study), at) }))
      .filter(({ known }) => known.state === 'open' || isDueAgain(known, at.now))
      // One that fails every time does not stand in the way of the others.
      .sort((a, b) => a.known.failures - b.known.failures);
    seen.forget(round);

    const decisions = { enqueued: 0, known: 0, filtered: 0, failed: 0 };
    const waiting = new Set<string>();
    let failures = 0;
    let error: LobarError | undefined;
    for (const { study, known } of open) {
      if (failures >= failuresToEnd) break;
      throwIfAborted(signal);
      turned();
      const decision = await decide(study, known, options, signal).catch((thrown: unknown) => {
        throwIfAborted(signal);
        error = asLobarError(thrown);
        return 'failed' as const;
      });
      if (decision === 'waiting') waiting.add(study.uid);
      if (decision === 'waiting' || decision === 'unchanged') continue;
      failures = decision === 'failed' ? failures + 1 : 0;
      if (decision === 'failed') known.failures += 1;
      else known.state = decision === 'filtered' ? 'filtered' : 'enqueued';
      decisions[decision] += 1;
      decided(decision);
    }
    return { listed: studies.length, decisions, waiting, ...(error === undefined ? {} : { error }) };
  };
}

/** `unchanged`: it was filtered before, and still is. */
type Decided = Exclude<WatchDecision, 'failed'> | 'waiting' | 'unchanged';

async function decide(
  study: ListedStudy,
  known: SeenStudy,
  { pacs, rules, enqueue, now }: RoundsOptions,
  signal: AbortSignal,
): Promise<Decided> {
  let series: readonly ListedSeries[] | undefined;
  if (study.images === undefined) {
    // Whether images still arrive only its series tell.
    series = await askSeries(pacs, study.uid, signal);
    const more = noteCount(known, countImages(study, series) ?? series.length, now());
    // What is too old, or not wanted by what is told of itself, no series changes.
    if (needsSeries(study, rules, now())) known.lookAgainAt = lookAgainAt(known, now());
    else delete known.lookAgainAt;
    if (known.state === 'filtered' && !more) return 'unchanged';
    known.state = 'open';
  }
  const sight = () => ({ series, stability: now() - known.since, now: now() });
  const first = judgeByRules(study, rules, sight());
  if (first.decision === 'waiting') return 'waiting';
  if (first.decision === 'filtered' && needsSeries(study, rules, now())) {
    series ??= await askSeries(pacs, study.uid, signal);
  }
  const { decision } = judgeByRules(study, rules, sight());
  return decision === 'eligible' ? await unlessAborted(enqueue(study.uid), signal) : decision;
}

function fingerprintOf({ images, description, modalities }: ListedStudy): string {
  return JSON.stringify([images ?? null, description ?? null, modalities ?? null]);
}

/** Beside the fingerprint of what is told of the study itself. @returns whether it is another one than before */
function noteCount(known: SeenStudy, count: number, now: number): boolean {
  const isOther = known.countOfSeries !== undefined && known.countOfSeries !== count;
  if (isOther) known.since = now;
  known.countOfSeries = count;
  return isOther;
}

function isDueAgain({ state, lookAgainAt = Number.POSITIVE_INFINITY }: SeenStudy, now: number): boolean {
  return state === 'filtered' && now >= lookAgainAt;
}

const soonestMs = 300_000;
const latestMs = 3_600_000;

/** After as long as its images have been the same: most series come soon after the first, few an hour later. */
function lookAgainAt({ since }: SeenStudy, now: number): number {
  return now + Math.min(latestMs, Math.max(soonestMs, now - since));
}
