import { wait } from '../backoff.ts';
import { asLobarError, type LobarError } from '../errors.ts';
import type { Round } from './open-rounds.ts';
import type { Pulse } from './pulse.ts';

export interface WatchOptions {
  readonly pollSeconds: number;
  /** Ends when every study of the first look that could be decided is. */
  readonly once: boolean;
  readonly pulse: Pulse;
  /** What a look at the PACS came to, or what it failed with. */
  readonly looked: (went: Round | LobarError) => void;
  readonly signal: AbortSignal;
}

/** What is down is asked ever more seldom, but often enough to be there soon after it is back. */
const longestWaitMs = 300_000;

/**
 * Looks at the PACS again and again until the signal fires; a failure makes it wait longer and go on.
 *
 * @throws LobarError only where it is to end by itself (`once`): what the last look failed with
 */
export async function watchPacs(
  look: (signal: AbortSignal) => Promise<Round>,
  { pollSeconds, once, pulse, looked, signal }: WatchOptions,
): Promise<void> {
  const pollMs = pollSeconds * 1000;
  let first: ReadonlySet<string> | undefined;
  for (let failures = 0; !signal.aborted; ) {
    pulse.turned();
    const went = await look(signal).catch((thrown: unknown) => thrown);
    if (signal.aborted) return;
    const round = isRound(went) ? went : asLobarError(went);
    looked(round);
    if (once) {
      if (!isRound(round)) throw round;
      first ??= round.waiting;
      if (!isAnyOf(first, round.waiting)) {
        if (round.error !== undefined) throw round.error;
        return;
      }
    }
    failures = hasFailed(round) ? failures + 1 : 0;
    const doubled = pollMs * 2 ** Math.min(20, Math.max(0, failures - 1));
    const ms = Math.min(doubled, Math.max(pollMs, longestWaitMs));
    pulse.turned(ms);
    await wait(ms, signal).catch(() => {});
  }
}

function isRound(went: unknown): went is Round {
  return typeof went === 'object' && went !== null && 'waiting' in went;
}

function isAnyOf(some: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  return [...some].some((one) => others.has(one));
}

/** Whether nothing came of it but failures. */
function hasFailed(went: Round | LobarError): boolean {
  if (!isRound(went)) return true;
  const { enqueued, known, filtered, failed } = went.decisions;
  return failed > 0 && enqueued + known + filtered === 0;
}
