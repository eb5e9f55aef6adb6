import type { InferenceConfig } from '../config-schema.ts';
import type { ManifestVariant } from './manifest.ts';
import type { ModelPackage } from './model-packages.ts';
import type { ExecutionProvider } from './session-options.ts';

/** One ONNX file of a package. */
export interface ModelFile {
  readonly file: string;
  /** Absolute path. */
  readonly path: string;
  readonly sha256: string;
  /** Of a variant; the main file has none to be named. */
  readonly precision?: ManifestVariant['precision'];
}

/** The file of a package that runs on a provider: its variant for it, where there is one and it is wanted. */
export function modelFile(
  { manifest, path, variants }: ModelPackage,
  provider: ExecutionProvider,
  wanted: InferenceConfig['variants'],
): ModelFile {
  const variant = wanted === 'none' ? undefined : variants.find((one) => one.provider === provider);
  return variant ?? { file: manifest.file, path, sha256: manifest.sha256 };
}
