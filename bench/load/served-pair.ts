import { join } from 'node:path';
import { openSandboxPacs } from '../../src/sandbox/pacs/open-sandbox-pacs.ts';
import { type PhantomStudy, writePhantomStudy } from '../../test/support/phantom-study.ts';
import { serveLobar } from '../../test/support/serve-lobar.ts';
import { cpuOf, memoryOf } from '../process-use.ts';

/** Two processes of the service, which share the cores, and a PACS in this process. */
export interface ServedPair {
  readonly urls: readonly string[];
  readonly study: PhantomStudy['study'];
  /** Resident memory of each, MB. */
  rssMb(): Promise<readonly number[]>;
  /** User and system time of both since they started, seconds. */
  cpuSeconds(): Promise<number>;
  /** Ends both in peace; their exit codes. */
  close(): Promise<readonly (number | null)[]>;
}

/** One lane of one thread for the networks and a thread for decoding: two processes have two cores. */
export const inference = { provider: 'cpu', lanes: 1, threads: 1, decodeThreads: 1 } as const;

export const seriesFolder = (folder: string) => join(folder, 'pacs', 'study');

/** A small chest CT: 60 slices of 128 x 128, 3 mm apart. */
export const writeSmallStudy = (folder: string): Promise<PhantomStudy> =>
  writePhantomStudy(seriesFolder(folder), { slices: 60, matrix: 128 });

export async function openServedPair(
  folder: string,
  study: PhantomStudy['study'],
  limits: object = {},
): Promise<ServedPair> {
  const pacs = await openSandboxPacs({ folder: join(folder, 'pacs') });
  const config = {
    inference,
    pacs: { main: { url: pacs.url } },
    limits: { requestsPerMinute: 1_000_000, ...limits },
  };
  const services = await Promise.all(
    ['one', 'two'].map((name) => serveLobar(join(folder, `${name}.json`), config)),
  );
  const pids = services.map(({ child }) => child.pid ?? 0);
  return {
    urls: services.map(({ url }) => url),
    study,
    rssMb: () => Promise.all(pids.map((pid) => memoryOf(pid, 'VmRSS'))),
    cpuSeconds: async () => (await Promise.all(pids.map(cpuOf))).reduce((sum, one) => sum + one, 0),
    async close() {
      const codes = await Promise.all(services.map(({ stop }) => stop()));
      await pacs.close();
      return codes;
    },
  };
}
