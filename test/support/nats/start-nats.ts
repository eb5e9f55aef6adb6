import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../free-port.ts';
import { skipOrFail } from '../skip-or-fail.ts';
import { until } from '../until.ts';

/** Debian's own, by its whole path: another one of the same name may come first on the PATH. */
const binary = '/usr/sbin/nats-server';

/**
 * Why tests that need NATS are skipped, or false where it is installed.
 *
 * @throws Error in continuous integration: there a test that did not run must not look like one that passed.
 */
export const natsMissing: string | false = findMissing();

function findMissing(): string | false {
  if (existsSync(binary)) return false;
  return skipOrFail(`needs ${binary}: run test/system/install-peers.sh`);
}

export interface StartedNats {
  readonly url: string;
  readonly port: number;
  /** Where its streams lie. */
  readonly store: string;
  /** Ends it; what it stored stays. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Again, on the same port with what it stored. */
  start(): Promise<void>;
  /** Ends it and removes what it stored. */
  close(): Promise<void>;
}

/**
 * Debian's nats-server with JetStream on a free loopback port, its files in a folder of its own.
 *
 * @param more - further lines of its configuration
 */
export async function startNats(more = ''): Promise<StartedNats> {
  const folder = await mkdtemp(join(tmpdir(), 'lobar-nats-'));
  const port = await freePort();
  const store = join(folder, 'store');
  const file = join(folder, 'nats.conf');
  await writeFile(file, `host: 127.0.0.1\nport: ${port}\njetstream: { store_dir: "${store}" }\n${more}\n`);
  let child: ChildProcess | undefined;
  const kill = () => child?.kill('SIGKILL');
  process.once('exit', kill);
  const nats = {
    ...{ url: `nats://127.0.0.1:${port}`, port, store },
    async start() {
      const log: string[] = [];
      const started = spawn(binary, ['-c', file], { stdio: ['ignore', 'ignore', 'pipe'] });
      started.stderr.setEncoding('utf8').on('data', (text: string) => log.push(text));
      child = started;
      await until(async () => {
        if (started.exitCode !== null) throw new Error(`nats-server does not start:\n${log.join('')}`);
        return await answers(port);
      }, 50);
    },
    async stop(signal: NodeJS.Signals = 'SIGKILL') {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
    },
    async close() {
      await nats.stop();
      process.off('exit', kill);
      await rm(folder, { recursive: true, force: true });
    },
  };
  await nats.start();
  return nats;
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    // It greets with INFO.
    await once(socket, 'data');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
