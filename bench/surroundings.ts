import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { getCompileCacheDir } from 'node:module';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';

/** Where and with what figures were made. */
export interface Surroundings {
  readonly machine: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly commit: string;
  /** Whether processes of Node took their modules compiled, and TypeScript stripped, from a cache on disk. */
  readonly compileCache: boolean;
  /** ISO 8601, the day. */
  readonly date: string;
  /** How many processes wanted a core in the minute before it began, and how many cores there are. */
  readonly load: { readonly before: number; readonly cores: number };
}

const root = join(import.meta.dirname, '..');

/** @param loadBefore - the load average of the minute before the suite began */
export function surroundings(peers: Readonly<Record<string, string>>, loadBefore: number): Surroundings {
  return {
    machine: machine(),
    versions: { node: process.versions.node, lobar: lobarVersion(), ...peers },
    commit: commit(),
    compileCache: getCompileCacheDir() !== undefined,
    date: new Date().toISOString().slice(0, 10),
    load: { before: loadBefore, cores: availableParallelism() },
  };
}

function machine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const gibibytes = (totalmem() / 2 ** 30).toFixed(1);
  return `${model}, ${availableParallelism()} cores, ${gibibytes} GiB, ${process.platform} ${process.arch}`;
}

function lobarVersion(): string {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return version;
}

function commit(): string {
  try {
    const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
    const changed = git('status', '--porcelain', '--', 'src', 'package-lock.json') !== '';
    return git('rev-parse', '--short', 'HEAD') + (changed ? ' with changes that are not committed' : '');
  } catch {
    return 'unknown';
  }
}
