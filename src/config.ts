/**
 * The configuration: one schema, read once from a YAML or JSON file plus LOBAR_* variables, every mistake
 * reported at once with its path. Nothing else in the house reads the environment.
 */
import { readFile } from 'node:fs/promises';
import { Ajv, type ErrorObject } from 'ajv';
import { parseDocument } from 'yaml';
import { compiledOnce } from './compiled-once.ts';
import { authMistakes } from './config-auth.ts';
import { environmentSettings } from './config-environment.ts';
import { configFormats } from './config-formats.ts';
import { environmentProxies } from './config-proxies.ts';
import { queueMistakes } from './config-queue.ts';
import { type Config, ConfigSchema } from './config-schema.ts';
import { environmentTracing } from './config-tracing.ts';
import { LobarError } from './errors.ts';

export { redactConfig } from './redact-config.ts';

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
  const proxies = environmentProxies(environment, settings);
  const tracing = environmentTracing(environment, settings);
  return checkConfig(settings, [...mistakes, ...proxies.mistakes, ...tracing.mistakes]);
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
    ...compiledOnce,
  });
  for (const [name, { test }] of Object.entries(configFormats)) ajv.addFormat(name, test);
  // Told in the reference; where there is none, the name of the setting ends with it.
  ajv.addKeyword('unit');
  ajv.addKeyword({
    keyword: 'atMostOneOf',
    type: 'object',
    schemaType: 'array',
    validate: (names: readonly string[], object: object) =>
      names.filter((name) => name in object).length <= 1,
  });
  ajv.addKeyword({
    keyword: 'needs',
    type: 'object',
    schemaType: 'object',
    validate: ({ when, is, setting }: Need, object: Readonly<Record<string, unknown>>) =>
      object[when] !== is || setting in object,
  });
  const validate = ajv.compile<Config>(ConfigSchema);
  const valid = validate(settings);
  const broken = valid
    ? [...authMistakes(settings as Config), ...queueMistakes(settings as Config)]
    : (validate.errors ?? []).flatMap(describeMistake);
  const all = [...mistakes, ...broken];
  if (!valid || all.length > 0) {
    throw new LobarError('config-invalid', { mistakes: [...new Set(all)] });
  }
  return settings as Config;
}

/** A setting that another one needs when it has this value. */
interface Need {
  readonly when: string;
  readonly is: string;
  readonly setting: string;
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

function describeMistake(error: ErrorObject): string[] {
  // A mistake in a key itself is told at the object that has the key.
  const steps = [...error.instancePath.split('/').slice(1), ...[error.propertyName ?? []].flat()];
  const path = steps.join('.') || '(top)';
  switch (error.keyword) {
    case 'const': // told once, by the anyOf around it
    case 'propertyNames': // told by the rule for names that was broken
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
      return [`${path}: must be ${configFormats[error.params['format']]?.expected}`];
    case 'atMostOneOf':
      return [`${path}: has more than one of ${(error.schema as string[]).join(', ')}; keep one of them`];
    case 'needs': {
      const { when, is, setting } = error.schema as Need;
      return [`${path}.${when}: ${is} needs ${path}.${setting}`];
    }
    default:
      return [`${path}: ${error.message}`];
  }
}

function choices(schema: unknown): string[] {
  return Array.isArray(schema) ? schema.map((one: { const?: unknown }) => String(one.const)) : [];
}
