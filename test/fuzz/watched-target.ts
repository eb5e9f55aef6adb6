import { type ChildProcess, fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { FuzzInput, Report } from './fuzz-input.ts';

/** What one input may cost. */
export interface Caps {
  /** CPU time of all threads: what a hang burns, and what a busy machine does not lengthen. */
  readonly cpuMs: number;
  /** Until an answer, for hangs that wait instead. */
  readonly wallMs: number;
  /** Memory above what the process had when it was ready. */
  readonly rssMb: number;
}

export interface Fault {
  readonly kind: 'crash' | 'hang' | 'memory' | 'noise' | 'fault';
  /** The same for the same mistake. */
  readonly signature: string;
  readonly text: string;
}

export interface Observation {
  readonly report?: Report;
  readonly fault?: Fault;
}

const pollMs = 50;
const startMs = 120_000;

/**
 * A process that runs inputs, watched from outside: what crashes, hangs, swells or prints there is seen here,
 * and the next input gets a fresh process.
 */
export class WatchedTarget {
  readonly #entry: string;
  readonly #args: readonly string[];
  readonly #caps: Caps;
  #child: ChildProcess | undefined;
  #output = '';
  #baselineMb = 0;

  constructor(entry: string, args: readonly string[], caps: Caps) {
    this.#entry = entry;
    this.#args = args;
    this.#caps = caps;
  }

  /** Memory of a process that is ready and has run nothing yet. */
  get baselineMb(): number {
    return this.#baselineMb;
  }

  /** Starts the process, if it is not there yet. */
  async open(): Promise<void> {
    this.#child ??= await this.#start();
  }

  /** Runs one input. Whatever becomes of it is in the observation. */
  async run(input: FuzzInput): Promise<Observation> {
    const child = this.#child ?? (await this.#start());
    this.#child = child;
    const over = new AbortController();
    const answered = new Promise<Observation>((resolve) => {
      child.once('message', (message) => resolve({ report: message as Report }));
      child.once('exit', (code, signal) => resolve({ fault: crash(code, signal, this.#output) }));
    });
    child.send(input);
    const seen = await Promise.race([answered, this.#watch(child, over.signal)]);
    over.abort();
    child.removeAllListeners('message');
    child.removeAllListeners('exit');
    const judged = this.#judge(seen);
    // Only what was judged is forgotten: what comes late is the next input's, rather than nobody's.
    this.#output = '';
    // A report of a fault comes from a process that is still well; it would only cost time to open another.
    if (judged.fault !== undefined && judged.fault.kind !== 'fault') await this.close();
    return judged;
  }

  async close(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  #judge(seen: Observation): Observation {
    const { report } = seen;
    if (report === undefined) return seen;
    if (report.fault !== undefined) return { report, fault: { kind: 'fault', ...report.fault } };
    const output = this.#output.trim();
    if (output !== '')
      return { report, fault: { kind: 'noise', signature: `noise ${gist(output)}`, text: output } };
    if (report.cpuMs > this.#caps.cpuMs) return { report, fault: hang(report.cpuMs, 'of CPU time') };
    const grownMb = report.peakRssMb - this.#baselineMb;
    return grownMb > this.#caps.rssMb ? { report, fault: swelling(grownMb) } : seen;
  }

  /** Looks at the process while it works. */
  async #watch(child: ChildProcess, signal: AbortSignal): Promise<Observation> {
    const { pid = 0 } = child;
    const start = performance.now();
    const cpuAtStart = (await usageOf(pid))?.cpuMs ?? 0;
    while (!signal.aborted) {
      await delay(pollMs);
      if (performance.now() - start > this.#caps.wallMs)
        return { fault: hang(this.#caps.wallMs, 'without an answer') };
      const usage = await usageOf(pid);
      if (usage === undefined) continue;
      const cpuMs = usage.cpuMs - cpuAtStart;
      // The health check after an input takes CPU time too, so twice the cap is given before the process is killed.
      if (cpuMs > 2 * this.#caps.cpuMs) return { fault: hang(cpuMs, 'of CPU time and no answer') };
      if (usage.rssMb - this.#baselineMb > this.#caps.rssMb)
        return { fault: swelling(usage.rssMb - this.#baselineMb) };
    }
    return {};
  }

  async #start(): Promise<ChildProcess> {
    const child = fork(this.#entry, this.#args, {
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: [],
    });
    const keep = (text: string) => {
      this.#output = `${this.#output}${text}`.slice(-20_000);
    };
    child.stdout?.setEncoding('utf8').on('data', keep);
    child.stderr?.setEncoding('utf8').on('data', keep);
    const ready = new Promise<boolean>((resolve) => {
      child.once('message', () => resolve(true));
      child.once('exit', () => resolve(false));
    });
    const started = await Promise.race([ready, delay(startMs, false, { ref: false })]);
    child.removeAllListeners('message');
    child.removeAllListeners('exit');
    if (!started) {
      child.kill('SIGKILL');
      throw new Error(`The process under test does not start:\n${this.#output}`);
    }
    this.#output = '';
    this.#baselineMb = (await usageOf(child.pid ?? 0))?.rssMb ?? 0;
    return child;
  }
}

function crash(code: number | null, signal: string | null, output: string): Fault {
  const how = signal ?? `exit code ${code}`;
  return { kind: 'crash', signature: `crash ${how} ${gist(output)}`, text: `It ended by ${how}.\n${output}` };
}

function hang(ms: number, of: string): Fault {
  return { kind: 'hang', signature: 'hang', text: `It took ${(ms / 1000).toFixed(1)} s ${of}.` };
}

function swelling(mb: number): Fault {
  return { kind: 'memory', signature: 'memory', text: `It took ${Math.round(mb)} MB more than before.` };
}

/** The first telling line of an output, without its numbers. */
function gist(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const line = lines.find((one) => /error|abort|fatal|warning/i.test(one)) ?? lines[0] ?? '';
  return line.replace(/0x[\da-f]+|\d+/gi, 'n').slice(0, 160);
}

/** Memory and CPU time of a process by Linux's /proc (proc(5)); undefined elsewhere. */
async function usageOf(pid: number): Promise<{ readonly rssMb: number; readonly cpuMs: number } | undefined> {
  try {
    const [statm, stat] = await Promise.all([
      readFile(`/proc/${pid}/statm`, 'latin1'),
      readFile(`/proc/${pid}/stat`, 'latin1'),
    ]);
    const pages = Number(statm.split(' ')[1]);
    // utime and stime are the 14th and 15th field; the second, in brackets, may hold spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    return { rssMb: (pages * 4096) / 2 ** 20, cpuMs: ticks * 10 };
  } catch {
    return undefined;
  }
}
