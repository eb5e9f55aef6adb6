/**
 * Makes of what `npm sbom` says, CycloneDX 1.5 on stdin, a bill of materials of Lobar in production, on stdout: without
 * what only development needs, without packages for platforms where they are not installed, with the models and their
 * hashes.
 *
 *   npm sbom --sbom-format cyclonedx --package-lock-only | complete-sbom.ts [--with-node] [--with-page PACKAGE]
 *     [--with-cuda-provider VERSION --wheel URL --sha256 HASH]
 *
 * `--with-page` lists a package of development, and all that it needs, whose code is in the reading page; `--with-node` lists the Node.js that this runs on too, `--with-cuda-provider` the wheel from which the provider is. The `--omit dev` of npm sbom is of no use: it leaves out, with
 * npm 11.19, what production and development both need, as jose here. Runs from the folder that holds package.json,
 * package-lock.json, models/ and node_modules/.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { parseArgs } from 'node:util';

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

/** The lock file of npm, version 3. */
interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly version: string; readonly dev?: boolean; readonly optional?: boolean }>
  >;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly file: string;
  readonly sha256: string;
  readonly variants?: readonly { readonly file: string; readonly sha256: string }[];
  readonly intendedUse: string;
  readonly licence: string;
}

const read = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8')) as T;

/** The shipped model packages, with the hash of each network, which the manifest pins and the start verifies. */
function models(): Component[] {
  const files = readdirSync('models').map((name) => join('models', name, 'manifest.json'));
  return files.filter(existsSync).map((file) => {
    const { name, version, intendedUse, licence, variants = [], ...main } = read<Manifest>(file);
    return {
      'bom-ref': `model:${name}@${version}`,
      type: 'machine-learning-model',
      name,
      version,
      description: intendedUse,
      scope: 'required',
      hashes: [{ alg: 'SHA-256', content: main.sha256 }],
      licenses: [{ license: { id: licence } }],
      components: [main, ...variants].map((network) => ({
        type: 'file',
        name: network.file,
        hashes: [{ alg: 'SHA-256', content: network.sha256 }],
      })),
    };
  });
}

/** `name@version` of the packages that production has: where an optional one is not installed, it has no use here. */
function packagesOfProduction(): Set<string> {
  const entries = Object.entries(read<Lock>('package-lock.json').packages);
  const kept = entries.filter(([path, { dev, optional }]) => {
    return path !== '' && dev !== true && (optional !== true || existsSync(path));
  });
  return new Set(kept.map(([path, { version }]) => `${path.split('node_modules/').at(-1)}@${version}`));
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

/** The CUDA provider of ONNX Runtime: two libraries of a wheel for Python. */
function cudaProvider(version: string, wheel: string, sha256: string): Component {
  return {
    'bom-ref': `onnxruntime-gpu@${version}`,
    type: 'library',
    name: 'onnxruntime-gpu',
    version,
    description: 'libonnxruntime_providers_cuda.so and libonnxruntime_providers_shared.so',
    scope: 'required',
    purl: `pkg:pypi/onnxruntime-gpu@${version}`,
    hashes: [{ alg: 'SHA-256', content: sha256 }],
    licenses: [{ license: { id: 'MIT' } }],
    externalReferences: [{ type: 'distribution', url: wheel }],
  };
}

/**
 * A package, and all that it needs and production does not have, as they are in the reading page. What is for one
 * platform only is native code, and in no browser.
 *
 * @throws Error where there is no such package any more: the list would be wrong without a word
 */
function bundled(
  name: string,
  { components, dependencies }: Bom,
  production: ReadonlySet<string>,
): Component[] {
  const { packages } = read<Lock>('package-lock.json');
  const needs = new Map(dependencies.map(({ ref, dependsOn = [] }) => [ref, dependsOn]));
  const first = components.find((one) => one.name === name);
  if (first === undefined) throw new Error(`package-lock.json has no ${name}`);
  const found = new Set([first['bom-ref']]);
  // A set that grows while it is walked is walked to its end.
  for (const ref of found) for (const one of needs.get(ref) ?? []) found.add(one);
  return components
    .filter((one) => found.has(one['bom-ref']) && !production.has(`${one.name}@${one.version}`))
    .filter((one) => packages[`node_modules/${one.name}`]?.optional !== true)
    .map((one) => ({
      ...one,
      scope: 'required',
      properties: [{ name: 'lobar:builtInto', value: 'src/page/dist' }],
    }));
}

const { values: given } = parseArgs({
  options: {
    'with-page': { type: 'string' },
    'with-node': { type: 'boolean', default: false },
    'with-cuda-provider': { type: 'string' },
    wheel: { type: 'string', default: '' },
    sha256: { type: 'string', default: '' },
  },
});
const provider = given['with-cuda-provider'];
const bom = (await json(process.stdin)) as Bom;
const { name } = read<{ name: string }>('package.json');
const production = packagesOfProduction();
const page = given['with-page'];
const installed = bom.components.filter(({ name, version }) => production.has(`${name}@${version}`));
const added = [
  ...(page === undefined ? [] : bundled(page, bom, production)),
  ...models(),
  ...(given['with-node'] ? [node()] : []),
  ...(provider === undefined ? [] : [cudaProvider(provider, given.wheel, given.sha256)]),
];
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
