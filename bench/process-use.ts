/** What another process uses, by proc(5) of Linux. */
import { readFile } from 'node:fs/promises';

/** A field of its status that is an amount of memory, MB (10^6 bytes): VmRSS, or VmHWM, the most it ever held. */
export async function memoryOf(pid: number, field: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'latin1');
  const [, kilobytes] = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status) ?? [];
  return (Number(kilobytes) * 1024) / 1e6;
}

/** User and system time of all its threads since it started, seconds; in steps of 1/100 s. */
export async function cpuOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
