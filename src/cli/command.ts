import type { ParseArgsConfig, ParseArgsOptionDescriptor } from 'node:util';
import type { Environment } from '../config.ts';

/** What a command may touch of the world outside. */
export interface Terminal {
  readonly environment: Environment;
  /** Answers, on stdout. */
  readonly out: (text: string) => void;
  /** Everything else, on stderr. */
  readonly note: (text: string) => void;
  /** Whether a human watches stderr. */
  readonly interactive: boolean;
}

export interface Arguments {
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  readonly positionals: readonly string[];
}

export interface Command {
  readonly name: string;
  readonly summary: string;
  /** What `--help` prints: usage lines, options, exit codes where they matter. */
  readonly help: string;
  readonly options: NonNullable<ParseArgsConfig['options']> & Record<string, ParseArgsOptionDescriptor>;
  /** Whether it takes arguments that are no options; else any is wrong usage. */
  readonly takesPositionals?: true;
  /** @returns the exit code */
  run(args: Arguments, terminal: Terminal): Promise<number>;
}

export function textOption(args: Arguments, name: string): string | undefined {
  const value = args.values[name];
  return typeof value === 'string' ? value : undefined;
}
