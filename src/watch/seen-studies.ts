/** What a watch remembers of the studies that it has seen: in memory, as much as the PACS lists, and no longer. */

export type SeenState = 'open' | 'filtered' | 'enqueued';

export interface SeenStudy {
  readonly uid: string;
  state: SeenState;
  /** What of it would change with an image, a series or a correction. */
  fingerprint: string;
  /** How many images its series hold, where that is not told of itself. */
  countOfSeries?: number;
  /** When it was filtered and its series are to be asked for once more, where only they tell of more images, epoch ms. */
  lookAgainAt?: number;
  /** Since when all of that is the same, epoch ms. */
  since: number;
  /** How often it failed. */
  failures: number;
  /** The round in which it was last listed. */
  round: number;
}

/** A list that shifts while it is read in pages may leave one out; it is not forgotten at once. */
const roundsToForget = 3;

export class SeenStudies {
  readonly #studies = new Map<string, SeenStudy>();

  /** The study as it is remembered now that it was seen with this fingerprint. One that has changed is open again. */
  see(
    uid: string,
    fingerprint: string,
    { now, round }: { readonly now: number; readonly round: number },
  ): SeenStudy {
    const known = this.#studies.get(uid);
    const seen: SeenStudy = known ?? { uid, state: 'open', fingerprint, since: now, failures: 0, round };
    if (seen.fingerprint !== fingerprint) {
      seen.fingerprint = fingerprint;
      seen.since = now;
      // Once enqueued is for good, as long as the queue is.
      if (seen.state === 'filtered') seen.state = 'open';
    }
    seen.round = round;
    if (known === undefined) this.#studies.set(uid, seen);
    return seen;
  }

  /** Forgets which studies were enqueued, and nothing else of them: they are found stable as they are. */
  reopenEnqueued(): void {
    for (const seen of this.#studies.values()) if (seen.state === 'enqueued') seen.state = 'open';
  }

  /** Forgets what the PACS does not list any more. */
  forget(round: number): void {
    for (const { uid, round: last } of this.#studies.values()) {
      if (round - last >= roundsToForget) this.#studies.delete(uid);
    }
  }
}
