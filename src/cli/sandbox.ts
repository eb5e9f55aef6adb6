import { loadConfig } from '../config.ts';
import { exitCode, LobarError } from '../errors.ts';
import { type Arguments, type Command, textOption } from './command.ts';
import { openSandbox, sandboxPatientSystem } from './open-sandbox.ts';
import { untilSignal } from './until-signal.ts';

export const sandboxCommand: Command = {
  name: 'sandbox',
  summary: 'the embedded PACS and EHR on their own, to try things against',
  help: `
Usage: lobar sandbox [--study <folder>] [--pacs-port <n>] [--ehr-port <n>]

  --study <folder>   DICOM files for the PACS instead of the demo study; STOW-RS stores into this folder
  --pacs-port <n>    8042 by default, 0 picks a free one
  --ehr-port <n>     8043 by default

Listens on loopback only. Prints a configuration for lobar serve on stdout; Ctrl-C ends it.`,
  options: { study: { type: 'string' }, 'pacs-port': { type: 'string' }, 'ehr-port': { type: 'string' } },

  async run(args, { environment, out, note }) {
    const { limits } = await loadConfig({ environment });
    const sandbox = await openSandbox(
      {
        folder: textOption(args, 'study'),
        pacsPort: port(args, 'pacs-port', 8042),
        ehrPort: port(args, 'ehr-port', 8043),
      },
      limits,
    );
    out(`pacs:
  sandbox:
    url: ${sandbox.pacsUrl}
ehr:
  sandbox:
    url: ${sandbox.ehrUrl}
    patientIdentifierSystem: ${sandboxPatientSystem}
`);
    note(`Studies in the PACS:\n${sandbox.studyUids.map((uid) => `  ${uid}\n`).join('')}Ctrl-C ends it.\n`);
    await untilSignal();
    await sandbox.close();
    return exitCode.done;
  },
};

function port(args: Arguments, name: string, fallback: number): number {
  const text = textOption(args, name);
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65_535) {
    throw new LobarError('usage-invalid', { problem: `--${name} must be a port number`, command: 'sandbox' });
  }
  return value;
}
