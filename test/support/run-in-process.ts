import { runCommandLine } from '../../src/cli/run-command-line.ts';

/** Runs a command in this process and keeps what it says. */
export async function runInProcess(...argv: string[]) {
  const said = { out: '', note: '' };
  const code = await runCommandLine(argv, {
    environment: {},
    out: (text) => {
      said.out += text;
    },
    note: (text) => {
      said.note += text;
    },
    interactive: false,
  });
  return { code, ...said };
}
