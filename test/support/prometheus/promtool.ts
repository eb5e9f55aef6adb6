import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

const promtool = '/usr/bin/promtool';

/** What `promtool check metrics` objects to in an exposition, line by line; nothing where it is clean. */
export async function metricProblems(exposition: string): Promise<string[]> {
  const child = spawn(promtool, ['check', 'metrics'], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(exposition);
  const [said, complained, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  const problems = `${said}${complained}`.split('\n').filter((line) => line !== '');
  return code === 0 || problems.length > 0 ? problems : [`promtool ended with code ${code}`];
}
