/**
 * A case in a Node process of its own, so that its peak memory and CPU time are its alone and nothing that ran
 * before helps or hinders it.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Sample } from './interleave.ts';
import { mallocSettings } from './malloc-settings.ts';

const run = promisify(execFile);
const timeoutMs = 300_000;

/**
 * Runs `script` with `argument` under options of Node, and what Lobar gives to glibc, and gives what it answered.
 *
 * @throws Error with what it complained about.
 */
export async function runChildCase(
  script: URL,
  argument: unknown,
  nodeOptions: readonly string[] = [],
): Promise<Sample> {
  const args = [...nodeOptions, fileURLToPath(script), JSON.stringify(argument)];
  const env = { ...process.env, ...mallocSettings };
  const { stdout } = await run(process.execPath, args, { timeout: timeoutMs, env });
  return JSON.parse(stdout) as Sample;
}

/** The other end: does the work that `runChildCase` asked for and answers. */
export async function answerChildCase<Argument>(
  work: (argument: Argument) => Promise<Sample>,
): Promise<void> {
  const argument = JSON.parse(process.argv[2] ?? 'null') as Argument;
  process.stdout.write(JSON.stringify(await work(argument)));
}
