import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lobarVersion } from '../analysis/algorithm.ts';
import { checkConfig } from '../config.ts';
import { exitCode } from '../errors.ts';
import { capabilityStatement } from '../fhir/definitions/capability-statement.ts';
import { servedDefinitions } from '../fhir/definitions/served-definitions.ts';
import { describeApi } from '../http/describe-api.ts';
import { type Command, textOption } from './command.ts';

export const openapiCommand: Command = {
  name: 'openapi',
  summary: 'print the OpenAPI 3.1 document, written from the routes',
  help: `
Usage: lobar openapi [--folder <folder>]

  --folder <folder>   write openapi.json there instead, and what is served below /fhir as fhir/*.json

The document is also served at /openapi.json and checked in as openapi/openapi.json.`,
  options: { folder: { type: 'string' } },

  async run(args, { out }) {
    const folder = textOption(args, 'folder');
    const documents = await publishedDocuments();
    if (folder === undefined) {
      out(documents['openapi.json'] ?? '');
      return exitCode.done;
    }
    await mkdir(join(folder, 'fhir'), { recursive: true });
    for (const [name, text] of Object.entries(documents)) await writeFile(join(folder, name), text);
    return exitCode.done;
  },
};

/** What is checked in below openapi/, with the defaults of the configuration: by file, as text. */
export async function publishedDocuments(): Promise<Readonly<Record<string, string>>> {
  const config = checkConfig({});
  const text = (document: object) => `${JSON.stringify(document, null, 2)}\n`;
  const definitions = servedDefinitions(config.fhirBase).map((one) => [
    `fhir/${one.resourceType}-${one.id}.json`,
    text(one),
  ]);
  return {
    'openapi.json': text(await describeApi(config)),
    'fhir/CapabilityStatement.json': text(capabilityStatement(config.fhirBase, lobarVersion)),
    ...Object.fromEntries(definitions),
  };
}
