import { fileURLToPath } from 'node:url';

/** The chart, as an absolute path. */
export const chartFolder = fileURLToPath(new URL('../../charts/lobar', import.meta.url));
