import { fileURLToPath } from 'node:url';
import type { InferenceConfig } from '../config-schema.ts';

/** The packages that come with Lobar. */
export const shippedModelsFolder = fileURLToPath(new URL('../../models', import.meta.url));

/** The folder that the configuration names, else the shipped one. */
export function modelsFolderOf({ modelsFolder }: InferenceConfig): string {
  return modelsFolder ?? shippedModelsFolder;
}
