import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { bundledPackages } from '../../docs/soup/bundled-packages.ts';
import { isPermissive } from '../../docs/soup/licences.ts';
import { lockedPackages } from '../../docs/soup/locked-packages.ts';
import { chapters, soupDocument } from '../../docs/soup/soup-document.ts';

const root = new URL('../../', import.meta.url);
const { dependencies } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
  dependencies: Record<string, string>;
};
const entries = chapters.flatMap(({ entries }) => Object.entries(entries));
const named = entries.map(([name]) => name);

describe('the list of software of unknown provenance', () => {
  it('says of every direct dependency what it is for, and of nothing else', () => {
    assert.deepEqual(named.toSorted(), Object.keys(dependencies).toSorted(), 'docs/soup/packages');
  });

  it('names for each of them tests that are there, and where its anomalies are published', () => {
    for (const [name, { tests, issues }] of entries) {
      assert.ok(tests.length > 0, `${name} is checked by nothing`);
      assert.deepEqual(
        tests.filter((file) => !existsSync(new URL(file, root))),
        [],
        name,
      );
      assert.match(issues, /^https:\/\/\S+$/, name);
    }
  });

  it('is the current one', () => {
    const document = readFileSync(new URL('docs/SOUP.md', root), 'utf8');
    assert.equal(document, soupDocument(root), 'run npm run soup');
  });

  it('holds exactly the versions of package.json', () => {
    const direct = lockedPackages(root).filter(({ isDirect }) => isDirect);
    assert.deepEqual(
      Object.fromEntries(direct.map(({ name, version }) => [name, version])),
      Object.fromEntries(Object.entries(dependencies).toSorted()),
    );
  });

  it('lists what is built into the reading page and is no dependency of production', () => {
    const { devDependencies } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    const bundled = new Map(bundledPackages(root).map(({ name, version }) => [name, version]));
    assert.equal(bundled.get('@niivue/niivue'), devDependencies['@niivue/niivue']);
    // Of its own package.json, version 0.69.0; fflate and gl-matrix come with production too.
    assert.ok(bundled.has('nifti-reader-js') && bundled.has('array-equal'));
    assert.ok(!bundled.has('dicom-parser'));
  });

  it('has permissive licences only; any other needs somebody to look at it', () => {
    const others = [...lockedPackages(root), ...bundledPackages(root)].filter(
      ({ licence }) => !isPermissive(licence),
    );
    assert.deepEqual(others, []);
  });
});

describe('a licence', () => {
  // SPDX expressions: of AND both hold, of OR one may be chosen.
  const cases = [
    ['MIT', true],
    ['(MIT AND Zlib)', true],
    ['(MIT OR GPL-3.0-only)', true],
    ['(MIT AND GPL-2.0-only)', false],
    ['LGPL-2.1-or-later', false],
    ['none', false],
  ] as const;
  for (const [expression, expected] of cases) {
    it(`${expression} is ${expected ? '' : 'not '}permissive`, () => {
      assert.equal(isPermissive(expression), expected);
    });
  }
});
