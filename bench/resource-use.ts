import { readFileSync } from 'node:fs';

const bytesPerMb = 1e6;

export interface ResourceUse {
  readonly wallMs: number;
  /** User and system, of all threads of this process. */
  readonly cpuMs: number;
}

/** Does the work once and says what it took. */
export async function measure<Result>(
  work: () => Promise<Result>,
): Promise<ResourceUse & { result: Result }> {
  const cpu = process.cpuUsage();
  const started = performance.now();
  const result = await work();
  const wallMs = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs, cpuMs: (user + system) / 1000, result };
}

/**
 * The most memory this process ever held, MB (10^6 bytes). From the kernel's account of its address space:
 * getrusage's maxrss begins with what the parent held when it forked.
 */
export function peakRssMb(): number {
  return (status('VmHWM') ?? process.resourceUsage().maxRSS * 1024) / bytesPerMb;
}

/** What this process holds now, MB. */
export function rssMb(): number {
  return process.memoryUsage.rss() / bytesPerMb;
}

function status(field: string): number | undefined {
  try {
    const [, kilobytes] =
      new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync('/proc/self/status', 'latin1')) ?? [];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}
