import manifest from '../package.json' with { type: 'json' };

/**
 * What `npm run lobar` gives to glibc. Buffers are allocated by one thread and freed by another, so that each of a dozen heaps keeps
 * holes and, left to itself, up to 64 MB at its end.
 */
export const mallocSettings: Readonly<Record<string, string>> = Object.fromEntries(
  manifest.scripts.lobar
    .split(' ')
    .filter((word) => word.startsWith('MALLOC_'))
    .map((word) => word.split('=') as [string, string]),
);
