import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Sample } from '../interleave.ts';
import { accept, type SeriesLocation, seriesUrl } from './series-location.ts';

const run = promisify(execFile);

/**
 * The floor: curl asks for the series and throws it away. Wall time as curl has it, from its start to the last
 * byte, so without the start of the process; CPU time of the whole process, as bash has it.
 */
export async function curl(location: SeriesLocation): Promise<Sample> {
  const format = '%{http_code} %{time_total} %{time_starttransfer} %{size_download}';
  const script = 'TIMEFORMAT="%3U %3S"; time curl --silent --output /dev/null "$@"';
  const headers = ['--header', `Accept: ${accept}`, '--header', 'Accept-Encoding: identity'];
  const { stdout, stderr } = await run('bash', [
    '-c',
    script,
    'curl',
    '--write-out',
    format,
    ...headers,
    seriesUrl(location),
  ]);
  const [status, wall = 0, firstByte = 0, bytes = 0] = stdout.split(' ').map(Number);
  if (status !== 200) throw new Error(`Orthanc answers curl with HTTP ${status}.`);
  const [user = 0, system = 0] = stderr.trim().split(' ').map(Number);
  return { wallMs: wall * 1000, firstByteMs: firstByte * 1000, bytes, cpuMs: (user + system) * 1000 };
}
