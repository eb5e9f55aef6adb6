import { parseArgs } from 'node:util';
import { lobarVersion } from '../analysis/algorithm.ts';
import { errorTable, exitCode, LobarError, stackFrames } from '../errors.ts';
import type { Arguments, Command, Terminal } from './command.ts';
import { plainLine, plainLines } from './plain-text.ts';

/**
 * By the name of each, which stands here again so that a command is loaded only when it is named: what the others
 * import is a tenth of a second and 14 MB of every start.
 */
export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./serve.ts')).serveCommand,
  watch: async () => (await import('./watch.ts')).watchCommand,
  demo: async () => (await import('./demo.ts')).demoCommand,
  analyze: async () => (await import('./analyze.ts')).analyzeCommand,
  inspect: async () => (await import('./inspect.ts')).inspectCommand,
  evaluate: async () => (await import('./evaluate.ts')).evaluateCommand,
  models: async () => (await import('./models.ts')).modelsCommand,
  config: async () => (await import('./config.ts')).configCommand,
  'dead-letters': async () => (await import('./dead-letters.ts')).deadLettersCommand,
  sandbox: async () => (await import('./sandbox.ts')).sandboxCommand,
  openapi: async () => (await import('./openapi.ts')).openapiCommand,
};

async function overview(): Promise<string> {
  const all = await Promise.all(Object.values(commands).map((load) => load()));
  return `lobar ${lobarVersion}: chest CT from the PACS in, COVID-19 CT findings to the EHR out.
The shipped models were trained on generated phantoms: for testing and integration, not for patients.

Usage: lobar <command> [options]

${all.map(({ name, summary }) => `  ${name.padEnd(14)}${summary}`).join('\n')}

lobar <command> --help tells more.
Exit codes: 0 done, 1 internal error, 2 usage or configuration, 3 not eligible, 4 input unusable, 5 upstream failed.
`;
}

/** @returns the exit code; a failure has been told on stderr in one or a few lines. */
export async function runCommandLine(argv: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    (name === undefined ? terminal.note : terminal.out)(await overview());
    return name === undefined ? exitCode.usage : exitCode.done;
  }
  if (name === '--version') {
    terminal.out(`${lobarVersion}\n`);
    return exitCode.done;
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load === undefined) {
    terminal.note(`There is no command '${name}'.\n\n${await overview()}`);
    return exitCode.usage;
  }
  try {
    const command = await load();
    const args = readArguments(command, rest);
    if (args.values['help'] === true) {
      terminal.out(`${command.help.trim()}\n`);
      return exitCode.done;
    }
    return await command.run(args, terminal);
  } catch (error) {
    return tellFailure(error, terminal);
  }
}

function readArguments(command: Command, argv: readonly string[]): Arguments {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: { ...command.options, help: { type: 'boolean', short: 'h' } },
      allowPositionals: command.takesPositionals ?? false,
      strict: true,
    });
    return { values: values as Arguments['values'], positionals };
  } catch (cause) {
    const problem = (cause as Error).message.split('. ')[0] ?? 'Wrong options';
    throw new LobarError('usage-invalid', { problem, command: command.name }, { cause });
  }
}

function tellFailure(failure: unknown, terminal: Terminal): number {
  const error = cannotListen(failure) ?? wasInterrupted(failure) ?? failure;
  if (!(error instanceof LobarError)) {
    // Not its message, which may hold anything, and is what a mail about it would quote.
    terminal.note(`${errorTable.internal.title}: ${plainLines(stackFrames(error))}\n`);
    return exitCode.internal;
  }
  const details = Object.entries(error.details).map(([key, value]) => `\n  ${plainLine(`${key}: ${value}`)}`);
  terminal.note(`${error.code}: ${plainLines(error.message)}${details.join('')}\n`);
  return error.exitCode;
}

/** What net.Server.listen fails with. */
function cannotListen(failure: unknown): LobarError | undefined {
  const {
    syscall,
    code = '',
    address,
    port,
  } = failure as NodeJS.ErrnoException & { address?: string; port?: number };
  if (syscall !== 'listen' && syscall !== 'getaddrinfo') return undefined;
  return new LobarError(
    'address-unavailable',
    { address: `${address}:${port}`, problem: code },
    { cause: failure },
  );
}

function wasInterrupted(failure: unknown): LobarError | undefined {
  const aborted = failure instanceof Error && failure.name === 'AbortError';
  return aborted ? new LobarError('cancelled', {}, { cause: failure }) : undefined;
}
