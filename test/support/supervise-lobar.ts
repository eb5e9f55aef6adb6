import { freePort } from './free-port.ts';
import { type ServedLobar, serveLobar } from './serve-lobar.ts';

/** A `lobar serve` that is started again whenever it ends, as a platform does it, always on the same port. */
export interface SupervisedLobar {
  readonly url: string;
  /** How often it was killed. */
  readonly kills: number;
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
  let lobar: ServedLobar | undefined;
  let started = Promise.withResolvers<void>();
  const run = async () => {
    while (!over) {
      lobar = await serveLobar(configFile, { ...config, http: { port } });
      started.resolve();
      const ended = Promise.withResolvers<void>();
      lobar.child.once('exit', () => ended.resolve());
      if (lobar.child.exitCode === null && lobar.child.signalCode === null) await ended.promise;
      lobar = undefined;
      started = Promise.withResolvers();
    }
  };
  const running = run();
  // One that does not start fails whoever waits for it.
  running.catch((error: unknown) => started.reject(error));
  await started.promise;
  return {
    url: `http://127.0.0.1:${port}`,
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
