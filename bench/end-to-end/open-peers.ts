import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { cpuOf } from '../process-use.ts';
import type { PeersSaid, PeersStart } from './peers.ts';

/** A PACS and an EHR on loopback, or several, in a process of their own. */
export interface Peers {
  readonly pacsUrl: string;
  /** The first of them. */
  readonly ehrUrl: string;
  readonly ehrUrls: readonly string[];
  /** Forgets what was published to any EHR, so that publishing it again is work again. */
  forget(): Promise<void>;
  /** User and system time since they started, seconds. */
  cpuSeconds(): Promise<number>;
  close(): void;
}

/** @throws Error when they do not start. */
export async function openPeers(start: PeersStart): Promise<Peers> {
  const child = fork(fileURLToPath(new URL('./peers.ts', import.meta.url)), [JSON.stringify(start)]);
  // A benchmark that dies must not leave them behind.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`PACS and EHR ended with code ${code}.`);
  });
  ended.catch(() => {});
  const said = async () => {
    const [message] = await Promise.race([once(child, 'message'), ended]);
    return message as PeersSaid;
  };
  const { pacsUrl, ehrUrls } = await said();
  const [ehrUrl = ''] = ehrUrls;
  return {
    pacsUrl,
    ehrUrl,
    ehrUrls,
    async forget() {
      const done = said();
      child.send('forget');
      await done;
    },
    cpuSeconds: () => cpuOf(child.pid ?? 0),
    close() {
      process.off('exit', kill);
      kill();
    },
  };
}
