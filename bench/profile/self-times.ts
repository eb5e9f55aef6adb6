/** What V8's sampling profiler writes, as far as it is read: a .cpuprofile of the DevTools protocol, times in µs. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** Ids of nodes, one a sample. */
  readonly samples: readonly number[];
  /** Before each sample. */
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    /** Counted from 0. */
    readonly lineNumber: number;
  };
}

export interface SelfTime {
  /** Function and file, such as `sumRows src/volume/resize.ts:119`. */
  readonly name: string;
  readonly ms: number;
}

/** How long each function itself was on top of the stack, without those that it called; the longest first. */
export function selfTimes({ nodes, samples, timeDeltas }: CpuProfile): readonly SelfTime[] {
  const names = new Map(nodes.map((node) => [node.id, nameOf(node)]));
  const ms = new Map<string, number>();
  for (const [at, id] of samples.entries()) {
    const name = names.get(id) ?? '(unknown)';
    ms.set(name, (ms.get(name) ?? 0) + (timeDeltas[at] ?? 0) / 1000);
  }
  return [...ms].map(([name, its]) => ({ name, ms: its })).toSorted((a, b) => b.ms - a.ms);
}

/** Threads of this service by a file that runs in them and in no other; the last is what an idle one shows. */
const threads = {
  'inference-worker.ts': 'inference worker',
  'lane-worker.ts': 'lane',
  'decode-worker.ts': 'decode worker',
  'reporter-worker.ts': 'reporter',
  'worker.js': 'idle worker of a pool',
} as const;

/** Which thread a profile is of. */
export function threadOf({ nodes }: CpuProfile): string {
  const files = new Set(nodes.map(({ callFrame: { url } }) => url.split('/').at(-1)));
  const found = Object.entries(threads).find(([file]) => files.has(file));
  return found?.[1] ?? 'main thread';
}

function nameOf({ callFrame: { functionName, url, lineNumber } }: ProfileNode): string {
  const called = functionName === '' ? '(anonymous)' : functionName;
  return url === '' ? called : `${called} ${shortened(url)}:${lineNumber + 1}`;
}

function shortened(url: string): string {
  return /(?:src|node_modules)\/.*$/.exec(url)?.[0] ?? url;
}
