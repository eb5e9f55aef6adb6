import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { type ServedLobar, serveLobar } from './serve-lobar.ts';

/** A platform waits for longer every time. */
const againMs = 500;

/** A `lobar serve` that is started again whenever it ends, as a platform does it, always on the same port. */
export interface SupervisedLobar {
  readonly url: string;
  /** How often it was killed. */
  readonly kills: number;
  /** What its log warned of, the last of it. */
  readonly warnings: readonly string[];
  /** kill -9, at whatever it is; nothing where it is being started anyway. */
  kill(): void;
  /** Settles when it answers. */
  ready(): Promise<void>;
  /** Ends it in peace and leaves it so. */
  stop(): Promise<void>;
}

export async function superviseLobar(configFile: string, config: object): Promise<SupervisedLobar> {
  const port = await freePort();
  let over = false;
  let kills = 0;
  const warnings: string[] = [];
  const note = (line: string) => {
    warnings.push(line);
    if (warnings.length > 50) warnings.shift();
  };
  let lobar: ServedLobar | undefined;
  let started = Promise.withResolvers<void>();
  const run = async () => {
    while (!over) {
      try {
        lobar = await serveLobar(configFile, { ...config, http: { port } });
      } catch (error) {
        // Somebody may have its port for a moment; what is wrong for good is found by who waits for it.
        note(String(error));
        await sleep(againMs);
        continue;
      }
      started.resolve();
      lobar.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        for (const line of text.split('\n')) if (/"level":[456]0/.test(line)) note(line);
      });
      const ended = Promise.withResolvers<void>();
      lobar.child.once('exit', () => ended.resolve());
      if (lobar.child.exitCode === null && lobar.child.signalCode === null) await ended.promise;
      lobar = undefined;
      started = Promise.withResolvers();
    }
  };
  const running = run();
  await started.promise;
  return {
    ...{ url: `http://127.0.0.1:${port}`, warnings },
    get kills() {
      return kills;
    },
    kill() {
      if (lobar === undefined) return;
      kills += 1;
      lobar.child.kill('SIGKILL');
    },
    ready: () => started.promise,
    async stop() {
      over = true;
      await Promise.race([started.promise, running]);
      lobar?.child.kill('SIGTERM');
      await running;
    },
  };
}
