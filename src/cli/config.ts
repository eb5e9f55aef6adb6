import { loadConfig, redactConfig } from '../config.ts';
import { ConfigSchema } from '../config-schema.ts';
import { exitCode, LobarError } from '../errors.ts';
import type { Command } from './command.ts';
import { configJsonSchema } from './config-json-schema.ts';
import { configReference } from './config-reference.ts';

export const configCommand: Command = {
  name: 'config',
  summary: 'check a configuration file; reference and schema of what may stand in it',
  help: `
Usage: lobar config check <file>
       lobar config reference
       lobar config schema

check      reads the file and LOBAR_* variables as serve would. Prints the whole configuration with its defaults,
           secrets left out, and ends with 0; or tells every mistake with its path and ends with 2. The files that it
           names (secrets, certificates) are not opened: where it is checked they need not be.
reference  every setting, its variable, its default and what it is for, as Markdown: docs/CONFIGURATION.md
schema     JSON Schema (draft 7), with which an editor completes and checks the file: docs/lobar.schema.json`,
  options: {},
  takesPositionals: true,

  async run({ positionals: [verb, file, ...rest] }, { environment, out }) {
    const printed = verb === undefined || file !== undefined ? undefined : documents[verb];
    if (printed !== undefined) {
      out(printed());
      return exitCode.done;
    }
    if (verb !== 'check' || file === undefined || rest.length > 0) {
      const problem = 'Expected: config check <file>, config reference, or config schema';
      throw new LobarError('usage-invalid', { problem, command: 'config' });
    }
    out(`${JSON.stringify(redactConfig(await loadConfig({ file, environment })), null, 2)}\n`);
    return exitCode.done;
  },
};

/** By the word that asks for them. */
const documents: Readonly<Record<string, () => string>> = {
  reference: () => configReference(ConfigSchema),
  schema: () => `${JSON.stringify(configJsonSchema(ConfigSchema), null, 2)}\n`,
};
