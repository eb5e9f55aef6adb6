import { loadConfig, redactConfig } from '../config.ts';
import { exitCode, LobarError } from '../errors.ts';
import type { Command } from './command.ts';

export const configCommand: Command = {
  name: 'config',
  summary: 'check a configuration file',
  help: `
Usage: lobar config check <file>

Reads the file and LOBAR_* variables as serve would. Prints the whole configuration with its defaults, secrets
left out, and ends with 0; or tells every mistake with its path and ends with 2. The files that it names (secrets,
certificates) are not opened: where it is checked they need not be.`,
  options: {},
  takesPositionals: true,

  async run({ positionals: [verb, file, ...rest] }, { environment, out }) {
    if (verb !== 'check' || file === undefined || rest.length > 0) {
      throw new LobarError('usage-invalid', { problem: 'Expected: config check <file>', command: 'config' });
    }
    out(`${JSON.stringify(redactConfig(await loadConfig({ file, environment })), null, 2)}\n`);
    return exitCode.done;
  },
};
