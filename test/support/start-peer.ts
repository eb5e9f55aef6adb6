import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';

/** A server of others that a test talks to. */
export interface PeerPlan {
  /** As errors and its folder are named: 'Orthanc'. */
  readonly name: string;
  /** What to run, once the folder that is its own holds what it reads: the command, then its arguments. */
  readonly prepare: (folder: string, port: number) => Promise<readonly [command: string, ...args: string[]]>;
  /** Further variables of its environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Path that is asked until it answers with one of these statuses. */
  readonly ready: { readonly path: string; readonly statuses: readonly number[] };
}

export interface StartedPeer {
  /** Of 127.0.0.1. */
  readonly port: number;
  /** Ends it and removes what it stored. */
  close(): Promise<void>;
}

const startSeconds = 30;
const portsToTry = 3;

/**
 * Starts a server on a free loopback port, with its files in a folder of its own, and waits until it answers.
 *
 * @throws Error with the end of its log when it does not start.
 */
export async function startPeer(plan: PeerPlan): Promise<StartedPeer> {
  const folder = await mkdtemp(join(tmpdir(), `lobar-${plan.name.toLowerCase()}-`));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    for (let tried = 1; ; tried += 1) {
      const port = await freePort();
      const started = await start(plan, folder, port);
      if ('child' in started) {
        const close = async () => {
          await end(started.child);
          await remove();
        };
        return { port, close };
      }
      // Another process may have taken the port between the look and the start.
      if (tried >= portsToTry) throw new Error(`${plan.name} does not start: ${started.problem}`);
    }
  } catch (error) {
    await remove();
    throw error;
  }
}

async function start(
  { prepare, ready, environment }: PeerPlan,
  folder: string,
  port: number,
): Promise<{ child: ChildProcess } | { problem: string }> {
  const [command, ...args] = await prepare(folder, port);
  const child = spawn(command, args, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const log: string[] = [];
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log.push(text);
    if (log.length > 50) log.shift();
  });
  // A test process that dies must not leave a server behind.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));

  const problem = await Promise.race([
    answers(port, ready).then((up) => (up ? undefined : `no answer within ${startSeconds} s`)),
    once(child, 'exit').then(([code]) => `it ended with code ${code}`),
    once(child, 'error').then(([error]) => String(error)),
  ]);
  if (problem === undefined) return { child };
  await end(child);
  return { problem: `${problem}\n${log.join('')}` };
}

async function answers(port: number, { path, statuses }: PeerPlan['ready']): Promise<boolean> {
  const deadline = Date.now() + startSeconds * 1000;
  while (Date.now() < deadline) {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer !== undefined && statuses.includes(answer.status)) return true;
    await sleep(50);
  }
  return false;
}

/** At once: it may take seconds to end in order, and nothing of it is kept. */
async function end(child: ChildProcess): Promise<void> {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
  // What it started itself may live on and hold the other end, and with it this process.
  child.stderr?.destroy();
}
