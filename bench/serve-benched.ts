import { join } from 'node:path';
import { type ServedLobar, serveLobar } from '../test/support/serve-lobar.ts';
import { mallocSettings } from './malloc-settings.ts';
import { cpuOf, memoryOf } from './process-use.ts';

export interface BenchedLobar {
  readonly url: string;
  /** User and system time since it started, seconds. */
  cpuSeconds(): Promise<number>;
  /** What it holds, or the most it ever held, MB. */
  memoryMb(field: 'VmRSS' | 'VmHWM'): Promise<number>;
  /** Ends it in peace. @throws Error where it does not end with 0. */
  stop(): Promise<void>;
}

const root = join(import.meta.dirname, '..');

/** Where `npm run lobar` keeps modules compiled. */
export const compileCache = join(root, 'node_modules/.cache/lobar');

/** What `npm run lobar` sets in the environment. */
export const lobarEnvironment = (cache: string = compileCache): Record<string, string> => ({
  NODE_COMPILE_CACHE: cache,
  ...mallocSettings,
});

/** `lobar serve` as a process, as `npm run lobar` starts it; what comes back is ready. */
export async function serveBenched(configFile: string, config: object): Promise<BenchedLobar> {
  const served: ServedLobar = await serveLobar(configFile, config, lobarEnvironment());
  const pid = served.child.pid ?? 0;
  return {
    url: served.url,
    cpuSeconds: () => cpuOf(pid),
    memoryMb: (field) => memoryOf(pid, field),
    async stop() {
      const code = await served.stop();
      if (code !== 0) throw new Error(`A process of the service ended with ${code}.`);
    },
  };
}
