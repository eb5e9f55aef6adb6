import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { skipUnlessBuilt } from '../support/skip-or-fail.ts';

/** Etcd, Kubernetes' servers, kubectl and kwok in one: control-plane/main.go. */
const program = fileURLToPath(
  new URL('../../node_modules/.cache/lobar-cluster/control-plane', import.meta.url),
);
export type ClusterProgram =
  | 'etcd'
  | 'kube-apiserver'
  | 'kube-controller-manager'
  | 'kube-scheduler'
  | 'kwok';

/**
 * Why tests that need a cluster are skipped, or false where it is built.
 *
 * @throws Error in continuous integration: there a test that did not run must not look like one that passed.
 */
export const clusterMissing = skipUnlessBuilt(
  fileURLToPath(new URL('control-plane/build.sh', import.meta.url)),
);

/** Starts one that serves. The end of its log is what `lastWords` gives. */
export function spawnServer(
  name: ClusterProgram,
  args: readonly string[],
): { child: ChildProcess; lastWords: () => string } {
  const child = spawn(program, [name, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  const log: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (said: string) => {
    log.push(said);
    if (log.length > 50) log.shift();
  });
  // A test process that dies must not leave a server behind.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  return { child, lastWords: () => log.join('') };
}

export interface Answer {
  readonly code: number;
  readonly out: string;
  /** What it printed on standard error. */
  readonly said: string;
}

/** Runs a command to its end; `input` is its standard input. */
export async function run(
  command: string,
  args: readonly string[],
  { input = '', env = {} }: { input?: string; env?: Readonly<Record<string, string>> } = {},
): Promise<Answer> {
  const child = spawn(command, args, { env, stdio: 'pipe' });
  child.stdin.end(input);
  const [out, said, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number]>,
  ]);
  return { code, out, said };
}

/** `kwok-stages` prints what kwok is told to play. */
export function runTool(
  name: 'kubectl' | 'kwok-stages',
  args: readonly string[] = [],
  input = '',
): Promise<Answer> {
  return run(program, [name, ...args], { input });
}
