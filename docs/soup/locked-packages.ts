import { readFileSync } from 'node:fs';

/** A package of production at its one version, as package-lock.json pins it. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression, as the package says it. */
  readonly licence: string;
  /** package.json names it; the others come with those. */
  readonly isDirect: boolean;
  /** Installed on some platforms only. */
  readonly isOptional: boolean;
}

interface LockEntry {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optional?: boolean;
}

/** Of packages that name none, what their file LICENSE was read to be; another version has to be read again. */
const licencesRead: Readonly<Record<string, string>> = { 'png-js@2.0.0': 'MIT' };

/** What `npm ci --omit=dev` may install below `root`, each version once, by name and version. */
export function lockedPackages(root: URL): readonly LockedPackage[] {
  const lock = read<{ packages: Record<string, LockEntry> }>(new URL('package-lock.json', root));
  const { dependencies } = read<{ dependencies: object }>(new URL('package.json', root));
  const found = new Map<string, LockedPackage>();
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (path === '' || entry.dev || entry.devOptional) continue;
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const { version = '?', optional: isOptional = false } = entry;
    const isDirect = path === `node_modules/${name}` && name in dependencies;
    const key = `${name}@${version}`;
    const licence = entry.license ?? licencesRead[key] ?? 'none';
    if (!found.get(key)?.isDirect) found.set(key, { name, version, licence, isDirect, isOptional });
  }
  return [...found.values()].sort((a, b) => compare(a.name, b.name) || compare(a.version, b.version));
}

/** By code units, so that the order is the same on every machine. */
const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b));

function read<T>(file: URL): T {
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}
