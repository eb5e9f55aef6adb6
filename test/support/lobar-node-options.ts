import manifest from '../../package.json' with { type: 'json' };

/**
 * The options that `npm run lobar` gives to Node: what Lobar is measured and tested with. A small young generation is
 * collected often, so that the memory behind thousands of network chunks is given back, and used again while it
 * is still warm, instead of piling up. Each thread collects its own garbage: its heap is small, a second of a core
 * goes into handing a study's 200 collections to V8's helpers, and the networks want the cores.
 */
export const lobarNodeOptions: readonly string[] = manifest.scripts.lobar
  .split(' ')
  .filter((word) => word.startsWith('--'));
