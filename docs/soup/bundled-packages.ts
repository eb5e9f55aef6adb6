import { readFileSync } from 'node:fs';
import type { LockedPackage } from './locked-packages.ts';

/** What src/page is built with that no production dependency is; all that these depend on comes with them. */
const imported = ['@niivue/niivue'];

interface Entry {
  readonly version: string;
  readonly license?: string;
  readonly optional?: boolean;
  readonly dev?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Packages for development whose code is in the reading page as it is built, by name; some may be left out of it. */
export function bundledPackages(root: URL): readonly LockedPackage[] {
  const lock = JSON.parse(readFileSync(new URL('package-lock.json', root), 'utf8')) as {
    packages: Record<string, Entry>;
  };
  const found = new Map<string, LockedPackage>();
  const visit = (name: string) => {
    const entry = lock.packages[`node_modules/${name}`];
    if (entry === undefined || found.has(name)) return;
    const { version, license: licence = 'none', dependencies = {} } = entry;
    found.set(name, { name, version, licence, isDirect: imported.includes(name), isOptional: false });
    Object.keys(dependencies).forEach(visit);
  };
  imported.forEach(visit);
  const bundled = [...found.values()].filter(({ name }) => lock.packages[`node_modules/${name}`]?.dev);
  return bundled.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
