/**
 * Completes what `npm sbom` says, CycloneDX 1.5 on stdin, to a bill of materials of Lobar on stdout: the models are in
 * it, with their hashes, and of the packages for one platform or another only those that are installed.
 *
 *   complete-sbom.ts [--with-node]      also the Node.js that this runs on
 *
 * Runs from the folder that holds package.json, models/ and node_modules/.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';

interface Component {
  readonly 'bom-ref': string;
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly scope?: 'required' | 'optional';
  readonly [other: string]: unknown;
}

interface Bom {
  readonly metadata: { readonly component: Component; readonly [other: string]: unknown };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
  readonly [other: string]: unknown;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
  readonly intendedUse: string;
  readonly licence: string;
}

const read = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8')) as T;

/** The shipped model packages. Their hash is that of the main file, which the manifest pins and the start verifies. */
function models(): Component[] {
  const files = readdirSync('models').map((name) => join('models', name, 'manifest.json'));
  return files.filter(existsSync).map((file) => {
    const { name, version, sha256, intendedUse, licence } = read<Manifest>(file);
    return {
      'bom-ref': `model:${name}@${version}`,
      type: 'machine-learning-model',
      name,
      version,
      description: intendedUse,
      scope: 'required',
      hashes: [{ alg: 'SHA-256', content: sha256 }],
      licenses: [{ license: { id: licence } }],
    };
  });
}

function node(): Component {
  const version = process.versions.node;
  return {
    'bom-ref': `node@${version}`,
    type: 'platform',
    name: 'node',
    version,
    scope: 'required',
    purl: `pkg:generic/node@${version}`,
    cpe: `cpe:2.3:a:nodejs:node.js:${version}:*:*:*:*:*:*:*`,
    licenses: [{ license: { id: 'MIT' } }],
  };
}

const bom = (await json(process.stdin)) as Bom;
const { name } = read<{ name: string }>('package.json');
const installed = bom.components.filter(
  (one) => one.scope !== 'optional' || existsSync(join('node_modules', one.name)),
);
const added = [...models(), ...(process.argv.includes('--with-node') ? [node()] : [])];
const left = new Set([bom.metadata.component, ...installed].map((one) => one['bom-ref']));
const root = bom.metadata.component['bom-ref'];
const completed: Bom = {
  ...bom,
  // npm names it after the folder, and calls it a library.
  metadata: { ...bom.metadata, component: { ...bom.metadata.component, type: 'application', name } },
  components: [...installed, ...added],
  dependencies: [
    ...bom.dependencies
      .filter(({ ref }) => left.has(ref))
      .map(({ ref, dependsOn = [] }) => ({
        ref,
        dependsOn: [
          ...dependsOn.filter((one) => left.has(one)),
          ...(ref === root ? added.map((one) => one['bom-ref']) : []),
        ],
      })),
    ...added.map((one) => ({ ref: one['bom-ref'], dependsOn: [] })),
  ],
};
process.stdout.write(`${JSON.stringify(completed, null, 2)}\n`);
