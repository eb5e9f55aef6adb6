import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { skipOrFail } from '../skip-or-fail.ts';

const run = promisify(execFile);

/** Debian's own, by their whole paths: other ones of the same name may come first on the PATH. */
export const peer = {
  orthanc: '/usr/sbin/Orthanc',
  dicomwebPlugin: '/usr/share/orthanc/plugins/libOrthancDicomWeb.so',
  pythonPlugin: '/usr/share/orthanc/plugins/libOrthancPython.so',
  curl: '/usr/bin/curl',
  dcmconv: '/usr/bin/dcmconv',
  dcmcjpeg: '/usr/bin/dcmcjpeg',
  dcmcjpls: '/usr/bin/dcmcjpls',
  dcmcrle: '/usr/bin/dcmcrle',
  dcmdjpeg: '/usr/bin/dcmdjpeg',
  dcmdjpls: '/usr/bin/dcmdjpls',
  dsrdump: '/usr/bin/dsrdump',
  dciodvfy: '/usr/bin/dciodvfy',
  gdcmconv: '/usr/bin/gdcmconv',
  python: '/usr/bin/python3',
} as const;

/**
 * Why tests that need the peers are skipped, or false where all are installed.
 *
 * @throws Error in continuous integration: there a test that did not run must not look like one that passed.
 */
export const peersMissing: string | false = findMissing();

function findMissing(): string | false {
  const missing: string[] = Object.values(peer).filter((path) => !existsSync(path));
  if (!missing.includes(peer.python) && !importsPydicom()) missing.push('pydicom');
  if (missing.length === 0) return false;
  return skipOrFail(`needs ${missing.join(', ')}: run test/system/install-peers.sh`);
}

function importsPydicom(): boolean {
  try {
    execFileSync(peer.python, ['-c', 'import numpy, pydicom'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Runs a peer to its end and gives what it printed. @throws Error with what it complained about. */
export async function runPeer(name: keyof typeof peer, args: readonly string[]): Promise<string> {
  const { stdout } = await run(peer[name], args);
  return stdout.trim();
}

/** Runs one of the Python scripts beside this file. */
export async function runScript(script: string, ...args: readonly string[]): Promise<string> {
  return await runPeer('python', [join(import.meta.dirname, script), ...args]);
}
