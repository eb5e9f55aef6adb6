/** What the table of errors is made of, so that its parts can stand in files of their own; errors.ts joins them. */

/** Exit codes of the command line. */
export const exitCode = {
  done: 0,
  internal: 1,
  usage: 2,
  ineligible: 3,
  inputUnusable: 4,
  upstreamFailed: 5,
} as const;

/** A row of the table: HTTP status, exit code, title, and the sentence that its context makes. */
export interface Entry<Context> {
  readonly status: number;
  readonly exit: number;
  readonly title: string;
  readonly text: (context: Context) => string;
}

export const entry = <Context>(
  status: number,
  exit: number,
  title: string,
  text: (context: Context) => string,
): Entry<Context> => ({ status, exit, title, text });

/** The context of a sentence that needs none. */
export type None = Record<never, never>;
