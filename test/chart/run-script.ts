import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { chartFolder } from './chart-folder.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  /** stderr */
  readonly said: string;
}

/** Runs a script of the chart as its pod does: with Node, and with no variables but these. */
export function runScript(
  name: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Ran> {
  return new Promise((done) => {
    const file = join(chartFolder, 'files', name);
    execFile(process.execPath, [file, ...args], { env: environment }, (error, out, said) =>
      done({ code: error === null ? 0 : Number(error.code), out, said }),
    );
  });
}
