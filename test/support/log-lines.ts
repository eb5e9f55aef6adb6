import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

export type LogLine = Readonly<Record<string, unknown>>;

export interface LogLines {
  readonly all: readonly LogLine[];
  /** The first line, also of those to come, that has these fields. */
  find(fields: LogLine): Promise<LogLine>;
}

/** The lines that a child process logs from now on, each of which must be JSON. */
export function logLines({ stderr }: ChildProcess): LogLines {
  if (stderr === null) throw new Error('no stderr');
  const all: LogLine[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: stderr }).on('line', (line) => {
    all.push(JSON.parse(line) as LogLine);
    for (const look of waiting) look();
  });
  return {
    all,
    find: (fields) =>
      new Promise((resolve) => {
        const look = () => {
          const found = all.find((line) =>
            Object.entries(fields).every(([name, value]) => line[name] === value),
          );
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
  };
}
