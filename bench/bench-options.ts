/** What `npm run bench` can be told. */
import { parseArgs } from 'node:util';

export const benchHelp = `npm run bench [-- SUITE ...] [--json] [--rounds N] [--no-document] [--remeasure]

Runs the suites of bench/suites (those named, or all that can run here) and writes their sections of
docs/BENCHMARKS.md (scale: docs/SCALING.md).
  --json         one JSON line a figure on stdout, instead of a table: npm run -s bench -- SUITE --json, as npm
                 prints lines of its own else
  --rounds N     how often each case is measured (7); fewer than 5 are for a try and are not documented
  --no-document  leave the documents as they are
  --remeasure    measure the service times of scale anew, some minutes, instead of taking those of its file

Exit codes: 0 they ran, whether targets were met or not; 1 a suite failed, or one that was named
lacks what it needs; 2 usage.
`;

export interface BenchOptions {
  readonly names: readonly string[];
  readonly json: boolean;
  readonly rounds: number;
  readonly document: boolean;
  readonly remeasure: boolean;
  readonly help: boolean;
}

const options = {
  json: { type: 'boolean', default: false },
  rounds: { type: 'string', default: '7' },
  document: { type: 'boolean', default: true },
  remeasure: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** The options of a command line, or in words what is wrong with it. */
export function benchOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): BenchOptions | { readonly problem: string } {
  const swallowed = swallowedByNpm(args, environment);
  if (swallowed !== undefined)
    return { problem: `npm kept ${swallowed} for itself: what is for the benchmarks comes after a --.` };
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      allowNegative: true,
      options,
    });
    const rounds = Number(values.rounds);
    if (!Number.isInteger(rounds) || rounds < 1) return { problem: '--rounds takes a number from 1.' };
    return { ...values, rounds, names: positionals };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return { problem: message };
    // Node's text goes on with how to escape it, which helps nobody here.
    return { problem: `There is no option ${/'(-[^']*)'/.exec(message)?.[1] ?? 'like that'}.` };
  }
}

/** npm takes an option before the -- as one of its own, says nothing, and tells it in the environment alone. */
function swallowedByNpm(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (args.some((arg) => arg.startsWith('-'))) return undefined;
  const name = ['json', 'rounds', 'remeasure'].find((one) => environment[`npm_config_${one}`] !== undefined);
  return name === undefined ? undefined : `--${name}`;
}
