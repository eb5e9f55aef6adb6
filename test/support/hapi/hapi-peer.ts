import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { skipUnlessBuilt } from '../skip-or-fail.ts';

const folder = join(import.meta.dirname, '../../system/hapi');

/**
 * Why tests that need HAPI are skipped, or false where it is built.
 *
 * @throws Error in continuous integration: there a test that did not run must not look like one that passed.
 */
export const hapiMissing = skipUnlessBuilt(join(folder, 'build.sh'));

/** Starts a class of test/system/hapi, with little memory and for a short life. */
export function spawnHapi(name: string, args: readonly string[], stdio: StdioOptions): ChildProcess {
  const target = join(folder, 'target');
  const jars = `${join(target, 'hapi.jar')}:${readFileSync(join(target, 'classpath'), 'utf8').trim()}`;
  // As build.sh has it, or the archive does not fit.
  const java = ['-Xmx1g', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
  const archive = `-XX:SharedArchiveFile=${join(target, 'hapi.jsa')}`;
  const child = spawn('java', [...java, archive, '-cp', jars, name, ...args], { stdio });
  // A test process that dies must not leave it behind.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  return child;
}
