import { runCommandLine } from './cli/run-command-line.ts';

process.exitCode = await runCommandLine(process.argv.slice(2), {
  environment: process.env,
  out: (text) => process.stdout.write(text),
  note: (text) => process.stderr.write(text),
  interactive: process.stderr.isTTY === true,
});
