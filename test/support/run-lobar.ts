import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { lobarNodeOptions } from './lobar-node-options.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Starts the command line as a process of its own, as a user would.
 *
 * @param under - a command, with its arguments, that runs it
 */
export function startLobar(
  args: readonly string[],
  environment: Record<string, string> = {},
  under: readonly string[] = [],
): ChildProcess {
  const [command = '', ...rest] = [...under, process.execPath, ...lobarNodeOptions, main, ...args];
  return spawn(command, rest, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs it to its end. */
export async function runLobar(
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Finished> {
  const child = startLobar(args, environment);
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout: stdout(), stderr: stderr() };
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  const chunks: Buffer[] = [];
  stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8');
}
