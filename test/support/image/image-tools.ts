import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { skipOrFail } from '../skip-or-fail.ts';

const run = promisify(execFile);

const tools = ['buildah', 'umoci', 'runc', 'debootstrap'] as const;

/**
 * Why tests that build and run the image are skipped, or false where they can run.
 *
 * @throws Error in continuous integration: there a test that did not run must not look like one that passed.
 */
export const imageToolsMissing: string | false = findMissing();

function findMissing(): string | false {
  // Debian keeps some of them where only root looks.
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  const missing = tools.filter((tool) => !folders.some((folder) => existsSync(join(folder, tool))));
  const needs = [
    ...(missing.length === 0 ? [] : [`${missing.join(', ')}: run test/system/install-peers.sh`]),
    ...(process.getuid?.() === 0 ? [] : ['root']),
    ...(process.arch === 'x64' && process.platform === 'linux' ? [] : ['Linux on x64']),
  ];
  if (needs.length === 0) return false;
  return skipOrFail(`needs ${needs.join(', and ')}`);
}

/** Runs a tool to its end and gives what it printed. @throws Error with what it complained about. */
export async function runTool(tool: string, args: readonly string[], cwd?: string): Promise<string> {
  const { stdout } = await run(tool, args, { cwd, maxBuffer: 64 * 1024 * 1024 });
  return stdout.trim();
}
