import manifest from '../../package.json' with { type: 'json' };

/**
 * The options that `npm run lobar` gives to Node: what Lobar is measured with, and tested with where it is a process of
 * its own. A small young generation is collected often, so that the memory behind thousands of network chunks is given
 * back, and used again while it is still warm, instead of piling up. Each thread collects its own garbage: its heap is
 * small, handing a study's collections to V8's helpers costs a second of a core, and the networks want the cores.
 *
 * On the command line: Node takes not all of them from NODE_OPTIONS.
 */
export const lobarNodeOptions: readonly string[] = manifest.scripts.lobar
  .split(' ')
  .filter((word) => word.startsWith('--'));
