import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from 'undici';
import type { ServedPair } from './served-pair.ts';

/** What became of one request. */
export interface Answered {
  /** HTTP status; 0 where the connection broke. */
  readonly status: number;
  /** From sending it to the last byte of its answer. */
  readonly ms: number;
}

/**
 * Sends requests at a steady rate, whether earlier ones were answered or not, to one process after the other.
 *
 * @param perSecond - of both processes together
 */
export async function offer(
  pair: ServedPair,
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
): Promise<readonly Answered[]> {
  await using connections = openAgent();
  const started = performance.now();
  const answers: Promise<Answered>[] = [];
  for (let sent = 0; sent < perSecond * seconds; sent += 1) {
    await sleep(Math.max(0, started + (sent * 1000) / perSecond - performance.now()));
    answers.push(ask(connections.agent, pair, sent));
  }
  return await Promise.all(answers);
}

export interface Saturated {
  readonly answers: readonly Answered[];
  /** Analyses answered by both processes together. */
  readonly perSecond: number;
}

/** Keeps so many requests under way at each process, one after the other. */
export async function saturate(
  pair: ServedPair,
  { each, seconds }: { readonly each: number; readonly seconds: number },
): Promise<Saturated> {
  await using connections = openAgent();
  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1000;
  const answers: Answered[] = [];
  /** When each process answered, seconds. */
  const at = pair.urls.map((): number[] => []);
  const clients = Array.from({ length: each * pair.urls.length }, async (_, client) => {
    while (elapsed() < seconds) {
      answers.push(await ask(connections.agent, pair, client));
      at[client % pair.urls.length]?.push(elapsed());
    }
  });
  await Promise.all(clients);
  return { answers, perSecond: at.reduce((sum, times) => sum + rateOf(times), 0) };
}

/** Answers a second of one process, from its first to its last: the way into the steady state is no throughput. */
function rateOf(times: readonly number[]): number {
  const [first = 0, last = 0] = [times[0], times.at(-1)];
  return last > first ? (times.length - 1) / (last - first) : 0;
}

async function ask(agent: Agent, { urls, study }: ServedPair, turn: number): Promise<Answered> {
  const started = performance.now();
  const answer = await agent
    .request({
      origin: urls[turn % urls.length] ?? '',
      path: '/v1/analyses',
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ study: study.studyInstanceUid, publish: false }),
      headersTimeout: 0,
    })
    .catch(() => undefined);
  await answer?.body.dump();
  return { status: answer?.statusCode ?? 0, ms: performance.now() - started };
}

function openAgent(): { readonly agent: Agent } & AsyncDisposable {
  const agent = new Agent({ pipelining: 1 });
  return { agent, [Symbol.asyncDispose]: () => agent.close() };
}
