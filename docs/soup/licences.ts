import type { LockedPackage } from './locked-packages.ts';

/** Licences that ask for no more than their text to be passed on. Anything else needs somebody to look at it. */
const permissive = new Set([
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'Unlicense',
  'Zlib',
  'CC0-1.0',
  // Of a font: it may be embedded in documents and passed on with its licence, but not sold by itself.
  'OFL-1.1',
]);

/** Whether an SPDX expression lets us do with it as with MIT: with AND all of it, with OR one of it. */
export function isPermissive(expression: string): boolean {
  const plain = expression.replace(/[()]/g, '');
  const choices = plain.split(' OR ');
  return choices.some((choice) => choice.split(' AND ').every((licence) => permissive.has(licence)));
}

/** How many packages have each licence, the commonest first. */
export function countLicences(packages: readonly LockedPackage[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const { licence } of packages) counts.set(licence, (counts.get(licence) ?? 0) + 1);
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}
