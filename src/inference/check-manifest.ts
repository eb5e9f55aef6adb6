import { Ajv, type ErrorObject } from 'ajv';
import { compiledOnce } from '../compiled-once.ts';
import { type OpenField, openFields } from './fill-in.ts';
import { ManifestSchema, type ModelManifest, modelTasks } from './manifest.ts';
import { contradictions } from './manifest-consistency.ts';

/**
 * One a process: the manifests of a start are several, and to compile their schema takes longer than to check them.
 * It holds nothing but what it compiled, so that callers share no state.
 */
const ajv = new Ajv({
  allErrors: true,
  discriminator: true,
  verbose: true,
  strictTypes: false,
  ...compiledOnce,
});

/** A manifest, or every mistake in it, each with its path. */
export type CheckedManifest =
  | { readonly manifest: ModelManifest }
  | { readonly mistakes: readonly [string, ...string[]] };

/**
 * Checks parsed JSON: that nothing is left to be filled in, that it is as `models/manifest.schema.json` says,
 * and then what a schema cannot say ({@link contradictions}).
 */
export function checkManifest(json: unknown): CheckedManifest {
  const open = openFields(json);
  const unwritten = open.map(({ path, what }) => `${path} is still to be filled in: ${what}`);
  const validate = ajv.compile<ModelManifest>(ManifestSchema);
  const valid = validate(json);
  // What is still open is told once, as that.
  const wrong = (validate.errors ?? []).filter((error) => !concerns(error, open));
  if (valid || wrong.length === 0) {
    const [first, ...more] = [...unwritten, ...(valid ? contradictions(json) : [])];
    if (first !== undefined) return { mistakes: [first, ...more] };
  }
  return valid
    ? { manifest: json }
    : { mistakes: [...unwritten, ...readable(wrong)] as [string, ...string[]] };
}

function concerns({ instancePath }: ErrorObject, open: readonly OpenField[]): boolean {
  // At the root stands what is missing or unknown, which has nothing to do with what is there and open.
  return instancePath !== '' && open.some(({ path }) => `${path}/`.startsWith(`${instancePath}/`));
}

/** One sentence a mistake; a union is told as one list of what is allowed, not once for each of its members. */
function readable(errors: readonly ErrorObject[]): [string, ...string[]] {
  const unions = errors.filter(({ keyword }) => keyword === 'anyOf').map(({ instancePath }) => instancePath);
  const told = errors
    .filter(({ keyword, instancePath }) => keyword === 'anyOf' || !unions.includes(instancePath))
    .map(sentence);
  const [first = '/ is not a manifest', ...more] = [...new Set(told)];
  return [first, ...more];
}

function sentence({ keyword, instancePath, message, params, schema }: ErrorObject): string {
  const path = instancePath || '/';
  switch (keyword) {
    case 'additionalProperties':
      return `${path} has the unknown key '${params['additionalProperty']}'`;
    case 'discriminator':
      return `/task must be one of ${modelTasks.join(', ')}`;
    case 'const':
      return `${path} must be ${params['allowedValue']}`;
    case 'anyOf':
      return `${path} must be one of ${allowed(schema)}`;
    default:
      return `${path} ${message ?? keyword}`;
  }
}

function allowed(schema: unknown): string {
  const members: readonly { const?: unknown; type?: unknown }[] = Array.isArray(schema) ? schema : [];
  return members.map((member) => String(member.const ?? `a ${member.type}`)).join(', ');
}
