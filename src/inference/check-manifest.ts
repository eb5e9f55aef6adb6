import { Ajv, type ErrorObject } from 'ajv';
import { ManifestSchema, type ModelManifest, modelTasks } from './manifest.ts';
import { shapeFits, tensorShapes } from './tensor-shapes.ts';

/** A manifest, or every mistake in it, each with its path. */
export type CheckedManifest =
  | { readonly manifest: ModelManifest }
  | { readonly mistakes: readonly [string, ...string[]] };

/**
 * Checks parsed JSON against `models/manifest.schema.json`, then what a schema cannot say: that the shapes of
 * the ONNX graph fit the preprocessing and the labels, and that numbers that have an order are in it.
 */
export function checkManifest(json: unknown): CheckedManifest {
  const ajv = new Ajv({ allErrors: true, discriminator: true, verbose: true, strictTypes: false });
  const validate = ajv.compile<ModelManifest>(ManifestSchema);
  if (!validate(json)) return { mistakes: readable(validate.errors ?? []) };
  const [first, ...more] = [...shapeMistakes(json), ...orderMistakes(json)];
  return first ? { mistakes: [first, ...more] } : { manifest: json };
}

function shapeMistakes(manifest: ModelManifest): string[] {
  const wanted = tensorShapes(manifest);
  const sides = [
    ['inputs', manifest.inputs, wanted.input],
    ['outputs', manifest.outputs, wanted.output],
  ] as const;
  return sides.flatMap(([side, tensors, dims]) =>
    tensors
      .filter(({ shape }) => !shapeFits(shape, dims))
      .map(
        ({ shape }) =>
          `/${side}/0/shape is [${shape.join(', ')}], but preprocessing and labels make it [${dims.join(', ')}]`,
      ),
  );
}

function orderMistakes(manifest: ModelManifest): string[] {
  if (manifest.task !== 'opacities') return [];
  const { low, mean, high } = manifest.preprocessing.bcet;
  if (low < mean && mean < high) return [];
  return [`/preprocessing/bcet must have low < mean < high, but has ${low}, ${mean}, ${high}`];
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
