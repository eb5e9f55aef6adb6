import { checkConfig } from '../config.ts';
import { exitCode } from '../errors.ts';
import { describeApi } from '../http/describe-api.ts';
import type { Command } from './command.ts';

export const openapiCommand: Command = {
  name: 'openapi',
  summary: 'print the OpenAPI 3.1 document, written from the routes',
  help: `
Usage: lobar openapi

The document is also served at /openapi.json and checked in as openapi/openapi.json.`,
  options: {},

  async run(_args, { out }) {
    out(`${JSON.stringify(await describeApi(checkConfig({})), null, 2)}\n`);
    return exitCode.done;
  },
};
