import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** Of Debian's prometheus. */
const binary = '/usr/bin/promtool';

/** Runs it to its end: its exit code, and all that it wrote. */
export async function promtool(
  args: readonly string[],
  input = '',
): Promise<{ readonly code: number | null; readonly said: string }> {
  const child = spawn(binary, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(input);
  const [said, complained, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { code, said: `${said}${complained}` };
}

/** What `promtool check metrics` objects to in an exposition, line by line; nothing where it is clean. */
export async function metricProblems(exposition: string): Promise<string[]> {
  const { code, said } = await promtool(['check', 'metrics'], exposition);
  const problems = said.split('\n').filter((line) => line !== '');
  return code === 0 || problems.length > 0 ? problems : [`promtool ended with code ${code}`];
}
