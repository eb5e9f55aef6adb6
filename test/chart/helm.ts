import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { skipOrFail } from '../support/skip-or-fail.ts';
import { chartFolder } from './chart-folder.ts';

/** The two that the chart is for. */
export const helms = ['helm-4', 'helm-3'] as const;
export type Helm = (typeof helms)[number];

const folder = fileURLToPath(new URL('../../node_modules/.cache/lobar-helm', import.meta.url));

/**
 * Why tests that need Helm are skipped, or false where it is installed.
 *
 * @throws Error in continuous integration: there a test that did not run must not look like one that passed.
 */
export const helmMissing: string | false = findMissing();

function findMissing(): string | false {
  if (helms.every((helm) => existsSync(join(folder, helm)))) return false;
  return skipOrFail('needs Helm 4 and 3.17: run test/chart/install-helm.sh');
}

/** An object of Kubernetes. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

export interface RenderOptions {
  readonly helm?: Helm;
  /** The version of the cluster. */
  readonly kubeVersion?: string;
  readonly release?: string;
  /** One file of the chart alone. */
  readonly only?: string;
  /** Files of the chart that are read before `values`. */
  readonly valuesFiles?: readonly string[];
}

/**
 * What `helm template` makes of these values, tests and all.
 *
 * @throws Error with what Helm says
 */
export async function render(values: object, options: RenderOptions = {}): Promise<Manifest[]> {
  return parseAllDocuments(await rendered(values, options)).flatMap((document) => {
    if (document.errors.length > 0) throw new Error(String(document.errors[0]));
    return (document.toJS() as Manifest | null) ?? [];
  });
}

/** The same as the text that Helm prints. @throws Error with what Helm says */
export async function rendered(values: object, options: RenderOptions = {}): Promise<string> {
  const { code, out, said } = await run(values, options);
  if (code !== 0) throw new Error(said);
  return out;
}

/** What Helm says to values that it refuses. @throws Error where it does not */
export async function refusal(values: object, options: RenderOptions = {}): Promise<string> {
  const { code, said } = await run(values, options);
  if (code === 0) throw new Error('helm template took these values');
  return said;
}

/** What `helm lint --strict` says; `code` is 0 where it has no objection. */
export function lint(values: object, helm: Helm): Promise<{ code: number; said: string }> {
  return helmCommand(helm, ['lint', '--strict', chartFolder, '--values', '-'], values);
}

/** What `helm install` tells whoever has installed it with these values; Helm 4 does that without a cluster. */
export async function notes(values: object): Promise<string> {
  const args = ['install', 'radiology', chartFolder, '--namespace=imaging', '--dry-run=client'];
  const { code, out, said } = await helmCommand('helm-4', [...args, '--values', '-'], values);
  if (code !== 0) throw new Error(said);
  return out.slice(out.indexOf('\nNOTES:\n'));
}

function run(
  values: object,
  { helm = 'helm-4', kubeVersion = '1.36.0', release = 'radiology', valuesFiles = [], only }: RenderOptions,
) {
  const files = [...valuesFiles.map((file) => join(chartFolder, file)), '-'];
  return helmCommand(
    helm,
    [
      'template',
      release,
      chartFolder,
      '--namespace=imaging',
      `--kube-version=${kubeVersion}`,
      ...(only === undefined ? [] : ['--show-only', only]),
      ...files.flatMap((file) => ['--values', file]),
    ],
    values,
  );
}

/** @param values - are its standard input: JSON is YAML */
async function helmCommand(helm: Helm, args: readonly string[], values: object) {
  // Plugins and repositories of whoever runs the tests have no say.
  const home = join(tmpdir(), 'lobar-helm-home');
  const child = spawn(join(folder, helm), args, { env: { HOME: home }, stdio: 'pipe' });
  child.stdin.end(JSON.stringify(values));
  const [out, said, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number]>,
  ]);
  return { code, out, said: `${said}${code === 0 ? '' : out}` };
}

/** The one object of this kind, and where there are several, of this name. @throws Error where there is none */
export function find(manifests: readonly Manifest[], kind: string, name?: string): Manifest {
  const found = findAll(manifests, kind).filter((one) => name === undefined || one.metadata.name === name);
  const [first] = found;
  if (first === undefined || found.length > 1) throw new Error(`${found.length} of ${kind} ${name ?? ''}`);
  return first;
}

export function findAll(manifests: readonly Manifest[], kind: string): Manifest[] {
  return manifests.filter((one) => one.kind === kind);
}

/** The value at a path of keys and indices, such as `spec.ports.0.name`; undefined where there is none. */
export function at(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (inner, key) =>
        typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[key] : undefined,
      value,
    );
}
