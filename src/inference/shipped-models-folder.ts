import { fileURLToPath } from 'node:url';

/** The packages that come with Lobar. */
export const shippedModelsFolder = fileURLToPath(new URL('../../models', import.meta.url));
