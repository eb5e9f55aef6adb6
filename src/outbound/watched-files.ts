import { statSync } from 'node:fs';

/** Files that a platform renews under a running process, and what they hold together. */
export interface WatchedFiles<Content> {
  /** What they hold. @throws LobarError `config-invalid` */
  read(): Content;
  /**
   * What they hold, where that is no more what was given last: a look at their dates, cheap enough for every
   * request. Undefined also while they cannot be used: a rotation may be halfway through.
   *
   * @throws LobarError `config-invalid` when they could not be used for a minute
   */
  renewed(): Content | undefined;
}

/** A rotation writes one file after the other; so long what was read before is used on. */
const graceMs = 60_000;
/** How often the files are read when they change under the reader. */
const readings = 3;

/**
 * @param contents - reads all of them; fails with LobarError `config-invalid`
 * @param now - milliseconds that only go up
 */
export function watchedFiles<Content>(
  files: readonly string[],
  contents: () => Content,
  now: () => number = () => performance.now(),
): WatchedFiles<Content> {
  let given: string | undefined;
  let unusableSince: number | undefined;

  function read(): Content {
    for (let reading = 1; ; reading += 1) {
      const seen = identity(files);
      const found = settled(contents);
      // What changed in between may be a new certificate and an old key.
      if (reading < readings && identity(files) !== seen) continue;
      if ('error' in found) throw found.error;
      given = seen;
      return found.value;
    }
  }

  function renewed(): Content | undefined {
    const found = identity(files) === given ? { value: undefined } : settled(read);
    if ('value' in found) {
      unusableSince = undefined;
      return found.value;
    }
    unusableSince ??= now();
    if (now() - unusableSince >= graceMs) throw found.error;
    return undefined;
  }

  return { read, renewed };
}

function settled<Value>(run: () => Value): { readonly value: Value } | { readonly error: unknown } {
  try {
    return { value: run() };
  } catch (error) {
    return { error };
  }
}

/** Behind a symlink that was swapped lies another inode; a file written over has another date. */
function identity(files: readonly string[]): string {
  return files.map(identityOf).join();
}

function identityOf(file: string): string {
  const found = settled(() => statSync(file, { bigint: true }));
  if ('error' in found) return (found.error as NodeJS.ErrnoException).code ?? 'unknown';
  const { dev, ino, size, mtimeNs, ctimeNs } = found.value;
  return [dev, ino, size, mtimeNs, ctimeNs].join(':');
}
