import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { request } from 'undici';
import { freePort } from '../../test/support/free-port.ts';
import { lobarNodeOptions } from '../../test/support/lobar-node-options.ts';
import type { Sample } from '../interleave.ts';
import { cpuOf, memoryOf } from '../process-use.ts';
import { lobarEnvironment } from '../serve-benched.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const patienceMs = 60_000;

/**
 * Starts `lobar serve` and asks `/health/ready` until it answers 200: wall and CPU time to there, and its memory.
 *
 * @param cache - where Node finds modules compiled, and keeps them
 * @throws Error when it takes a minute
 */
export async function start(folder: string, inference: object, cache: string): Promise<Sample> {
  const port = await freePort();
  const config = join(folder, 'start.json');
  const endpoint = { main: { url: 'http://127.0.0.1:9/' } };
  const ehr = { main: { ...endpoint.main, patientIdentifierSystem: 'urn:oid:1.2.3.4' } };
  await writeFile(config, JSON.stringify({ http: { port }, inference, pacs: endpoint, ehr }));
  const started = performance.now();
  const child = spawn(process.execPath, [...lobarNodeOptions, main, 'serve', '--config', config], {
    env: { ...process.env, ...lobarEnvironment(cache) },
    stdio: 'ignore',
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const exited = once(child, 'exit');
  try {
    while (!(await isReady(port))) {
      if (performance.now() - started > patienceMs) throw new Error('It is not ready within a minute.');
      await sleep(5);
    }
    const wallMs = performance.now() - started;
    const pid = child.pid ?? 0;
    const cpuMs = (await cpuOf(pid)) * 1000;
    const [rss, peakRss] = [await memoryOf(pid, 'VmRSS'), await memoryOf(pid, 'VmHWM')];
    return { wallMs, cpuMs, rss, peakRss };
  } finally {
    // In peace: Node writes its compile cache on the way out.
    child.kill('SIGTERM');
    await exited;
    process.off('exit', kill);
  }
}

async function isReady(port: number): Promise<boolean> {
  try {
    const { statusCode, body } = await request(`http://127.0.0.1:${port}/health/ready`);
    await body.dump();
    return statusCode === 200;
  } catch {
    return false;
  }
}
