/**
 * The configuration: one schema, read once from a YAML or JSON file plus LOBAR_* variables, every mistake
 * reported at once with its path. Nothing else in the house reads the environment.
 */
import { readFile } from 'node:fs/promises';
import { Ajv, type ErrorObject } from 'ajv';
import { parseDocument } from 'yaml';
import { environmentSettings } from './config-environment.ts';
import { type Config, ConfigSchema } from './config-schema.ts';
import { LobarError } from './errors.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ConfigSources {
  /** Path of a YAML or JSON file; JSON is YAML. */
  readonly file?: string | undefined;
  readonly environment?: Environment;
}

/**
 * Reads, completes by defaults and checks the configuration.
 *
 * @throws LobarError `config-invalid` with all mistakes, each with its path.
 */
export async function loadConfig({ file, environment = {} }: ConfigSources): Promise<Config> {
  const settings = file === undefined ? {} : await readSettings(file);
  const { mistakes } = environmentSettings(ConfigSchema, environment, settings);
  return checkConfig(settings, mistakes);
}

/** Checks settings that are already in memory, completed by defaults in a copy; `mistakes` found before are reported along. */
export function checkConfig(given: unknown, mistakes: readonly string[] = []): Config {
  const settings = structuredClone(given);
  const ajv = new Ajv({
    allErrors: true,
    useDefaults: true,
    strict: true,
    verbose: true,
    allowUnionTypes: true,
  });
  ajv.addFormat('http-url', isHttpUrl);
  const validate = ajv.compile<Config>(ConfigSchema);
  const valid = validate(settings);
  const all = [...mistakes, ...(validate.errors ?? []).flatMap(describeMistake)];
  if (!valid || all.length > 0) {
    throw new LobarError('config-invalid', { mistakes: [...new Set(all)] });
  }
  return settings as Config;
}

/** The configuration as it may be shown: what looks like a secret is left out, its presence is not. */
export function redactConfig(config: Config): unknown {
  return JSON.parse(
    JSON.stringify(config, (key, value: unknown) =>
      typeof value === 'string' && /(secret|password|token|key)$/i.test(key) ? '[redacted]' : value,
    ),
  );
}

async function readSettings(file: string): Promise<Record<string, unknown>> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new LobarError(
      'config-invalid',
      { mistakes: [`${file}: cannot be read (${cause.code})`] },
      { cause },
    );
  });
  const document = parseDocument(text);
  if (document.errors.length > 0) {
    throw new LobarError('config-invalid', {
      mistakes: document.errors.map((error) => `${file}: ${error.message.split('\n')[0]}`),
    });
  }
  const settings: unknown = document.toJS() ?? {};
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings)) {
    throw new LobarError('config-invalid', { mistakes: [`${file}: must hold a mapping at its top`] });
  }
  return settings as Record<string, unknown>;
}

/** Plain http(s) origin and path: credentials in a URL end up in logs, a query or fragment breaks joining. */
function isHttpUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  const plain = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  return plain && (url.protocol === 'http:' || url.protocol === 'https:');
}

function describeMistake(error: ErrorObject): string[] {
  const path = error.instancePath.slice(1).replaceAll('/', '.') || '(top)';
  switch (error.keyword) {
    case 'const': // told once, by the anyOf around it
      return [];
    case 'anyOf':
      return [`${path}: must be one of ${choices(error.schema).join(', ')}`];
    case 'additionalProperties': {
      const known = Object.keys((error.parentSchema?.['properties'] ?? {}) as object);
      const where = error.instancePath === '' ? '' : `${path}.`;
      const hint = known.length > 0 ? `; known here: ${known.join(', ')}` : '; names are a-z, 0-9 and -';
      return [`${where}${error.params['additionalProperty']}: no such setting${hint}`];
    }
    case 'format':
      return [`${path}: must be an http or https URL without credentials, query or fragment`];
    default:
      return [`${path}: ${error.message}`];
  }
}

function choices(schema: unknown): string[] {
  return Array.isArray(schema) ? schema.map((one: { const?: unknown }) => String(one.const)) : [];
}
