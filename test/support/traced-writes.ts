import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { skipOrFail } from './skip-or-fail.ts';

const strace = '/usr/bin/strace';

/**
 * Why a test that watches the calls to the system is skipped, or false where it can run.
 *
 * @throws Error in continuous integration: there a test that did not run must not look like one that passed.
 */
export const straceMissing: string | false = findMissing();

function findMissing(): string | false {
  if (process.platform === 'linux' && existsSync(strace)) return false;
  return skipOrFail(`needs Linux and ${strace}: run test/system/install-peers.sh`);
}

/**
 * The command that runs another one and writes into `file` what it and its threads ask of files by name, and whom they
 * connect to. The command stays the child that its caller started (-D), so that signals reach it.
 */
export function tracedInto(file: string): string[] {
  const calls = 'trace=%file,connect,sendto,sendmsg,sendmmsg';
  return [strace, '-D', '-f', '--seccomp-bpf', '-q', '-s', '1000', '-e', calls, '-o', file, '--'];
}

export interface Trace {
  /** Paths that were opened, whatever for. */
  readonly opened: readonly string[];
  /** Calls that make, fill, move or remove a file or folder, also those that failed. */
  readonly writing: readonly string[];
  /** Whom it connected to or sent something: host:port, or the call as it is traced where it names none. */
  readonly reached: readonly string[];
}

/** What was asked for by a command that has ended. */
export async function readTrace(file: string): Promise<Trace> {
  const lines = (await endedTrace(file)).split('\n');
  return {
    opened: lines.flatMap((line) => /open(?:at2?)?\(.*?"([^"]*)"/.exec(line)?.[1] ?? []),
    writing: lines.filter((line) => writes.test(line) && !/\bexecve\(/.test(line)),
    reached: [...new Set(lines.flatMap(reachedBy))],
  };
}

/** What is sent on a connection names nobody: whom the connection reached is told by its connect. */
function reachedBy(line: string): string[] {
  if (!line.includes('sa_family=')) return [];
  const port = /sin6?_port=htons\((\d+)\)/.exec(line)?.[1];
  const address = /inet_addr\("([^"]*)"\)|inet_pton\(AF_INET6, "([^"]*)"/.exec(line);
  return [port === undefined ? line : `${address?.[1] ?? address?.[2]}:${port}`];
}

/** Flags of open(2), and the other calls of strace's class %file that change something. */
const writes =
  /O_(?:WRONLY|RDWR|CREAT|TRUNC|APPEND|TMPFILE)|\b(?:creat|mkdir|rename|link|symlink|unlink|rmdir|truncate|mknod|mkfifo|chmod|fchmodat|chown|lchown|fchownat|utime|utimes|utimensat|futimesat|setxattr|lsetxattr|removexattr|mount)(?:at2?)?\(/;

/** The tracer ends a moment after what it traces. */
async function endedTrace(file: string): Promise<string> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const text = await readFile(file, 'utf8');
    const [process] = text.split(' ', 1);
    if (new RegExp(`^${process} +\\+\\+\\+ (exited|killed)`, 'm').test(text)) return text;
    await sleep(100);
  }
  throw new Error('the trace does not end');
}
