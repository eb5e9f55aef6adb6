import { copyFile, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { runTool } from './image-tools.ts';

const root = resolve(import.meta.dirname, '../../..');

/** What the configuration of an OCI image says (image-spec 1.0, config.md). */
export interface ImageConfig {
  readonly User: string;
  readonly ExposedPorts: Readonly<Record<string, object>>;
  readonly Env: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly Cmd: readonly string[];
  readonly WorkingDir: string;
  readonly Labels: Readonly<Record<string, string>>;
}

export interface BuiltImage {
  readonly config: ImageConfig;
  /** The image's HEALTHCHECK, which OCI has no place for and Docker has. */
  readonly healthcheck: readonly string[];
  /** The files of the image. */
  readonly rootfs: string;
}

/**
 * Builds a target of the Dockerfile by buildah, on a stand-in for its base, and unpacks it by umoci; as somebody builds it
 * whose umask lets nobody else read a clone. What did not change since the last build is taken from there.
 *
 * @param folder - of the test's own; the image is unpacked below it
 * @throws Error with what was said, when it does not build
 */
export async function buildImage(
  target: 'cpu',
  folder: string,
  buildArgs: Readonly<Record<string, string>>,
): Promise<BuiltImage> {
  const storage = (await runTool(join(root, 'test/system/image/base.sh'), [])).split(' ');
  const name = `localhost/lobar:${target}`;
  await runTool('sh', [
    ...['-c', 'umask 077; exec "$@"', 'sh', 'buildah'],
    ...storage,
    'build',
    ...['--isolation', 'chroot', '--pull-never', '--layers', '--format', 'docker', '--quiet'],
    ...(await hostSecrets(folder)),
    ...Object.entries(buildArgs).flatMap(([key, value]) => ['--build-arg', `${key}=${value}`]),
    ...['--target', target, '--tag', name, await privateClone(folder)],
  ]);
  const layout = join(folder, 'oci');
  await runTool('buildah', [
    ...storage,
    'push',
    '--quiet',
    '--disable-compression',
    name,
    `oci:${layout}:${target}`,
  ]);
  const bundle = join(folder, 'unpacked');
  await runTool('umoci', ['unpack', '--image', `${layout}:${target}`, bundle]);
  const inspected = JSON.parse(
    await runTool('buildah', [...storage, 'inspect', '--type', 'image', name]),
  ) as {
    Docker: { config: { Healthcheck: { Test: string[] } } };
  };
  return {
    config: await configOf(layout),
    healthcheck: inspected.Docker.config.Healthcheck.Test,
    rootfs: join(bundle, 'rootfs'),
  };
}

/** What a build reads, as it lies in a clone that was made under umask 077. */
async function privateClone(folder: string): Promise<string> {
  const clone = join(folder, 'clone');
  const read = ['package.json', 'package-lock.json', 'tsconfig.json', 'LICENSE', 'docker', 'models', 'src'];
  for (const name of ['Dockerfile', '.dockerignore', ...read])
    await cp(join(root, name), join(clone, name), { recursive: true });
  await runTool('chmod', ['-R', 'go=', clone]);
  return clone;
}

/** How this machine reaches the registry of npm: as secrets of the build, so that none of it gets into the image. */
async function hostSecrets(folder: string): Promise<string[]> {
  const secrets = join(folder, 'secrets');
  await mkdir(secrets);
  const setting = async (name: string) => {
    const value = await runTool('npm', ['config', 'get', name], root);
    return value === 'null' || value === 'undefined' ? undefined : value;
  };
  const userFile = (await setting('userconfig')) ?? '';
  const ofUser = await readFile(userFile, 'utf8').catch(() => '');
  const npmrc = join(secrets, 'npmrc');
  await writeFile(npmrc, `${ofUser}\nregistry=${await setting('registry')}\n`);
  const authorities = process.env['NODE_EXTRA_CA_CERTS'] ?? (await setting('cafile'));
  if (authorities === undefined) return ['--secret', `id=npmrc,src=${npmrc}`];
  const ca = join(secrets, 'ca.pem');
  await copyFile(authorities, ca);
  return ['--secret', `id=npmrc,src=${npmrc}`, '--secret', `id=ca,src=${ca}`];
}

/** An image layout has an index, that a manifest, that a configuration (image-spec 1.0, image-layout.md). */
async function configOf(layout: string): Promise<ImageConfig> {
  const read = async <T>(file: string) => JSON.parse(await readFile(join(layout, file), 'utf8')) as T;
  const blob = ({ digest }: { digest: string }) => `blobs/${digest.replace(':', '/')}`;
  const index = await read<{ manifests: [{ digest: string }] }>('index.json');
  const manifest = await read<{ config: { digest: string } }>(blob(index.manifests[0]));
  return (await read<{ config: ImageConfig }>(blob(manifest.config))).config;
}
