import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { request } from 'undici';
import type { Analysis } from '../../src/analysis/analysis.ts';
import { startLobar } from './run-lobar.ts';

export interface ServedLobar extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly url: string;
  /** Where its metrics are, if they are served. */
  readonly metricsUrl: string | undefined;
  /** Ends it in peace; its exit code. */
  stop(): Promise<number | null>;
}

/**
 * Starts `lobar serve` as a process of its own, and waits until it is ready.
 *
 * @param configFile - is written, as JSON
 * @param under - a command, with its arguments, that runs it in the process that it is started as itself
 */
export async function serveLobar(
  configFile: string,
  config: object,
  environment: Record<string, string> = {},
  under: readonly string[] = [],
): Promise<ServedLobar> {
  await writeFile(configFile, JSON.stringify({ http: { port: 0 }, ...config }));
  const child = startLobar(['serve', '--config', configFile], environment, under);
  return await followed(child, isServing);
}

/** The same with `lobar watch` and its options; it has no url. */
export async function watchLobar(
  configFile: string,
  config: object,
  options: readonly string[] = [],
): Promise<ServedLobar> {
  await writeFile(configFile, JSON.stringify(config));
  const child = startLobar(['watch', '--config', configFile, ...options]);
  return await followed(child, ({ msg }) => msg.startsWith('watching'));
}

async function followed(child: ChildProcess, isReady: (line: LogLine) => boolean): Promise<ServedLobar> {
  // A test process that dies must not leave it behind.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const exited = once(child, 'exit');
  void exited.then(() => process.off('exit', kill));
  return {
    child,
    ...(await untilSays(child, isReady)),
    async stop() {
      child.kill('SIGTERM');
      const [code] = (await exited) as [number | null];
      return code;
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

interface LogLine {
  readonly msg: string;
  readonly url?: string;
  readonly metrics?: string;
}

/** Has a study analysed and its findings published, however long that takes. */
export async function analyse(url: string, study: string, ehr: string): Promise<Analysis> {
  const { status, text } = await ask(url, { study, ehr });
  assert.equal(status, 200, text);
  return JSON.parse(text) as Analysis;
}

/** Sends this to POST /v1/analyses and waits for the answer, however long that takes. */
export async function ask(
  url: string,
  body: object,
): Promise<{ readonly status: number; readonly text: string }> {
  const answer = await request(`${url}/v1/analyses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    headersTimeout: 0,
  });
  return { status: answer.statusCode, text: await answer.body.text() };
}

const isServing = ({ msg, url }: LogLine) => msg === 'ready' && url !== undefined;

/** Waits until a process that serves says where. @throws Error with all that it said, when it ends before. */
export async function untilServing(child: ChildProcess): Promise<Pick<ServedLobar, 'url' | 'metricsUrl'>> {
  return await untilSays(child, isServing);
}

async function untilSays(
  child: ChildProcess,
  isReady: (line: LogLine) => boolean,
): Promise<Pick<ServedLobar, 'url' | 'metricsUrl'>> {
  if (child.stderr === null) throw new Error('no stderr');
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    lines.push(line);
    // Why it does not start is no JSON.
    if (!line.startsWith('{')) continue;
    const said = JSON.parse(line) as LogLine;
    if (isReady(said)) {
      child.stderr.resume();
      return { url: said.url ?? '', metricsUrl: said.metrics };
    }
  }
  throw new Error(`it did not start: ${lines.join('\n')}`);
}
