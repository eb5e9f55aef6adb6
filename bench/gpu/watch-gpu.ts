import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** The first GPU of the machine over some time. */
export interface GpuUse {
  /** Part of the time in which a kernel ran, the mean of the samples, %. */
  readonly busyPercent: number;
  /** The most memory that was taken, by every process on it, MB (10^6 bytes). */
  readonly memoryMb: number;
}

const everyMs = 100;
const mebibyte = 2 ** 20 / 1e6;

/** Has nvidia-smi look at it ten times a second, until it is told to stop. */
export async function watchGpu(): Promise<() => Promise<GpuUse>> {
  const child = spawn(
    'nvidia-smi',
    [
      '--id=0',
      '--query-gpu=utilization.gpu,memory.used',
      '--format=csv,noheader,nounits',
      `--loop-ms=${everyMs}`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString('latin1');
  });
  // From its first line on: it takes a moment to start.
  await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  return async () => {
    const gone = once(child, 'exit');
    if (child.exitCode === null && child.kill('SIGTERM')) await gone;
    process.off('exit', kill);
    return gpuUseOf(said);
  };
}

/**
 * What lines as `47, 1234` come to: percent, MiB. The last one may be half a line.
 *
 * @throws Error where there are none
 */
export function gpuUseOf(lines: string): GpuUse {
  const samples = [...lines.matchAll(/^\s*(\d+), *(\d+)\s*\n/gm)].map(([, busy, memory]) => ({
    busy: Number(busy),
    memory: Number(memory),
  }));
  if (samples.length === 0) throw new Error(`nvidia-smi said nothing of use: ${lines.slice(0, 200)}`);
  return {
    busyPercent: samples.reduce((sum, { busy }) => sum + busy, 0) / samples.length,
    memoryMb: Math.max(...samples.map(({ memory }) => memory)) * mebibyte,
  };
}
