import manifest from '../package.json' with { type: 'json' };

/**
 * The options that `npm run lobar` gives to Node: what Lobar is measured with. A small young generation is
 * collected often, so that the memory behind thousands of network chunks is given back, and used again while it
 * is still warm, instead of piling up.
 */
export const lobarNodeOptions: readonly string[] = manifest.scripts.lobar
  .split(' ')
  .filter((word) => word.startsWith('--'));
