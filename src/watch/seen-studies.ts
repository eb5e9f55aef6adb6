/** What a watch remembers of the studies that it has seen: in memory, as much as the PACS lists, and no longer. */

export type SeenState = 'open' | 'filtered' | 'enqueued';

export interface SeenStudy {
  readonly uid: string;
  state: SeenState;
  /** What of it would change with an image, a series or a correction. */
  fingerprint: string;
  /** How many images its series hold, where that is not told of itself. */
  countOfSeries?: number;
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

  get size(): number {
    return this.#studies.size;
  }

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
      // Once enqueued is for good.
      if (seen.state === 'filtered') seen.state = 'open';
    }
    seen.round = round;
    if (known === undefined) this.#studies.set(uid, seen);
    return seen;
  }

  /** Forgets what the PACS does not list any more. */
  forget(round: number): void {
    for (const { uid, round: last } of this.#studies.values()) {
      if (round - last >= roundsToForget) this.#studies.delete(uid);
    }
  }
}
