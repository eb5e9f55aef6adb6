import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Debian's own, by its whole path: another one of the same name may come first on the PATH. */
const binary = '/usr/bin/prometheus';
const startSeconds = 30;
const portsToTry = 3;

/**
 * Why tests that need Prometheus are skipped, or false where it is installed.
 *
 * @throws Error in continuous integration: there a test that did not run must not look like one that passed.
 */
export const prometheusMissing: string | false = findMissing();

function findMissing(): string | false {
  if (existsSync(binary)) return false;
  const reason = `needs ${binary}: run test/system/install-peers.sh`;
  if (process.env['CI'] === 'true') throw new Error(reason);
  return reason;
}

export interface Prometheus {
  /**
   * An instant query (PromQL); the samples of its vector by their labels, as JSON with the name of the metric
   * and without the target's own (`job`, `instance`).
   */
  query(promql: string): Promise<Map<string, number>>;
  /** Ends it and removes what it stored. */
  close(): Promise<void>;
}

/**
 * Debian's Prometheus on a free loopback port, which scrapes one address every half second.
 *
 * @throws Error with the end of its log when it does not start.
 */
export async function openPrometheus(target: URL): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'lobar-prometheus-'));
  try {
    for (let tried = 1; ; tried += 1) {
      const port = await freePort();
      const started = await start(folder, port, target);
      if ('problem' in started) {
        // Another process may have taken the port between the look and the start.
        if (tried < portsToTry) continue;
        throw new Error(`Prometheus does not start: ${started.problem}`);
      }
      return {
        query: (promql) => query(port, promql),
        async close() {
          await end(started.child);
          await rm(folder, { recursive: true, force: true });
        },
      };
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function start(
  folder: string,
  port: number,
  { host, pathname }: URL,
): Promise<{ child: ChildProcess } | { problem: string }> {
  const file = join(folder, 'prometheus.json');
  const job = { job_name: 'lobar', metrics_path: pathname, static_configs: [{ targets: [host] }] };
  // JSON is YAML.
  await writeFile(file, JSON.stringify({ global: { scrape_interval: '500ms' }, scrape_configs: [job] }));
  const args = [
    `--config.file=${file}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  const child = spawn(binary, args, { stdio: ['ignore', 'ignore', 'pipe'] });
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
    isReady(port).then((up) => (up ? undefined : `not ready within ${startSeconds} s`)),
    once(child, 'exit').then(([code]) => `it ended with code ${code}`),
    once(child, 'error').then(([error]) => String(error)),
  ]);
  if (problem === undefined) return { child };
  await end(child);
  return { problem: `${problem}\n${log.join('')}` };
}

async function isReady(port: number): Promise<boolean> {
  const deadline = Date.now() + startSeconds * 1000;
  while (Date.now() < deadline) {
    const answer = await fetch(`http://127.0.0.1:${port}/-/ready`).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.status === 200) return true;
    await sleep(50);
  }
  return false;
}

interface QueryAnswer {
  readonly data: {
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>;
      readonly value: readonly [time: number, value: string];
    }[];
  };
}

async function query(port: number, promql: string): Promise<Map<string, number>> {
  const answer = await fetch(
    `http://127.0.0.1:${port}/api/v1/query?${new URLSearchParams({ query: promql })}`,
  );
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${promql}: ${text}`);
  const { result } = (JSON.parse(text) as QueryAnswer).data;
  return new Map(
    result.map(({ metric: { job: _, instance: __, ...labels }, value }) => [
      JSON.stringify(labels),
      Number(value[1]),
    ]),
  );
}

/** At once: nothing of it is kept. */
async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
