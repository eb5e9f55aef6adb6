import { readFile, stat } from 'node:fs/promises';
import { parse } from 'yaml';
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
           secrets left out, and ends with 0; or tells every mistake with its path and ends with 2. A file that says
           nothing is told, too. The files that it names (secrets, certificates) are not opened: where it is checked
           they need not be.
reference  every setting, its variable, its default and what it is for, as Markdown: docs/CONFIGURATION.md
schema     JSON Schema (draft 7), with which an editor completes and checks the file: docs/lobar.schema.json`,
  options: {},
  takesPositionals: true,

  async run({ positionals: [verb, file, ...rest] }, { environment, out, note }) {
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
    // Defaults alone are a configuration; more often something that should have written the file has failed.
    if (await saysNothing(file)) note(`${file} says nothing: these are the defaults\n`);
    return exitCode.done;
  },
};

/** Whether a file has no setting. What is no file, such as a pipe, cannot be read twice and is not asked. */
async function saysNothing(file: string): Promise<boolean> {
  if (!(await stat(file)).isFile()) return false;
  return Object.keys((parse(await readFile(file, 'utf8')) as object | null) ?? {}).length === 0;
}

/** By the word that asks for them. */
const documents: Readonly<Record<string, () => string>> = {
  reference: () => configReference(ConfigSchema),
  schema: () => `${JSON.stringify(configJsonSchema(ConfigSchema), null, 2)}\n`,
};
