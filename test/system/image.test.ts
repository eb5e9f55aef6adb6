import assert from 'node:assert/strict';
import { once } from 'node:events';
import { lstat, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { request } from 'undici';
import { bundledPackages } from '../../docs/soup/bundled-packages.ts';
import manifest from '../../package.json' with { type: 'json' };
import type { Analysis } from '../../src/analysis/analysis.ts';
import { demoStudy } from '../../src/sandbox/demo-study.ts';
import { type BuiltImage, buildImage } from '../support/image/build-image.ts';
import { imageToolsMissing } from '../support/image/image-tools.ts';
import { runContainer, startContainer } from '../support/image/run-container.ts';
import { lobarNodeOptions } from '../support/lobar-node-options.ts';
import { untilServing } from '../support/serve-lobar.ts';
import { until } from '../support/until.ts';
import { uploadFolder } from '../support/upload-folder.ts';

const mostBytes = 350e6;
const drainSeconds = 25;
const revision = '0123456789abcdef0123456789abcdef01234567';

/** Its tools are fetched and the image is built. */
const minutes = { timeout: 1_200_000 };

describe('the image', { skip: imageToolsMissing, ...minutes }, () => {
  let folder: string;
  let image: BuiltImage;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-image-'));
    image = await buildImage('cpu', folder, { VERSION: '1.2.3', REVISION: revision });
  }, minutes);
  after(() => rm(folder, { recursive: true, force: true }));
  const run = (...args: string[]) => runContainer(image, folder, { args });

  it('takes 350 MB at most, unpacked', async (t) => {
    const bytes = await bytesBelow(image.rootfs);
    t.diagnostic(`${megabytes(bytes)} MB, of them ${megabytes(await bytesBelow(appOf(image)))} MB Lobar`);
    assert.ok(bytes <= mostBytes, `${megabytes(bytes)} MB`);
  });

  it('runs as a user who is nobody, says what it is, and how to tell whether it is well', () => {
    const { User, ExposedPorts, Entrypoint, Cmd, Env, WorkingDir, Labels } = image.config;
    assert.equal(User, '10001:10001');
    assert.deepEqual(Object.keys(ExposedPorts).sort(), ['8080/tcp', '9464/tcp']);
    assert.deepEqual(Entrypoint, ['node', ...lobarNodeOptions, 'src/main.ts']);
    assert.deepEqual(Cmd, ['serve']);
    assert.equal(WorkingDir, '/app');
    assert.ok(Env.includes('NODE_ENV=production') && Env.includes('ORT_DISABLE_TELEMETRY=1'));
    for (const setting of manifest.scripts.lobar.split(' ').filter((word) => word.startsWith('MALLOC_')))
      assert.ok(Env.includes(setting), setting);
    const label = (name: string) => Labels[`org.opencontainers.image.${name}`];
    assert.equal(label('title'), 'Lobar');
    assert.equal(label('version'), '1.2.3');
    assert.equal(label('revision'), revision);
    assert.equal(label('licenses'), 'Apache-2.0');
    assert.equal(label('base.name'), 'docker.io/library/node:24-bookworm-slim');
    assert.deepEqual(image.healthcheck, ['CMD', 'node', 'docker/healthcheck.ts']);
  });

  it('holds what it needs to run and nothing to develop with', async () => {
    const app = ['LICENSE', 'docker', 'models', 'node_modules', 'package.json', 'sbom.cdx.json', 'src'];
    assert.deepEqual((await readdir(appOf(image))).sort(), app);
    const packages = await readdir(join(appOf(image), 'node_modules'));
    for (const name of ['typescript', 'node', '@biomejs', 'supertest'])
      assert.ok(!packages.includes(name), name);
    const platforms = join(appOf(image), 'node_modules/onnxruntime-node/bin/napi-v6');
    assert.deepEqual(await readdir(platforms, { recursive: true }), [
      'linux',
      'linux/x64',
      'linux/x64/libonnxruntime.so.1',
      'linux/x64/onnxruntime_binding.node',
    ]);
    assert.deepEqual(await readdir(join(image.rootfs, 'usr/local/bin')), ['node']);
    // Secrets of the build are no part of it.
    assert.deepEqual(await readdir(join(image.rootfs, 'run/secrets')).catch(() => []), []);
    assert.ok(!(await readdir(join(image.rootfs, 'root'))).includes('.npmrc'));
  });

  it('can be read by every user, and written to by root alone, whatever the umask of who built it', async () => {
    const app = appOf(image);
    for (const { name, parentPath } of await readdir(app, { recursive: true, withFileTypes: true })) {
      const file = join(parentPath, name);
      const found = await lstat(file);
      if (found.isSymbolicLink()) continue;
      const shared = found.isDirectory() ? 0o755 : 0o644;
      assert.equal(found.mode & shared, shared, file);
      assert.equal(found.mode & 0o022, 0, file);
      assert.equal(found.uid, 0, file);
    }
    for (const folder of [image.rootfs, app]) assert.equal((await lstat(folder)).mode & 0o777, 0o755, folder);
  });

  it('lists its packages, Node.js and models in a bill of materials: all of them, and no other', async () => {
    const { components } = JSON.parse(await readFile(join(appOf(image), 'sbom.cdx.json'), 'utf8')) as {
      components: {
        type: string;
        name: string;
        version: string;
        hashes?: [{ alg: string; content: string }];
        properties?: { name: string }[];
      }[];
    };
    const isInPage = ({ properties = [] }: (typeof components)[number]) =>
      properties.some(({ name }) => name === 'lobar:builtInto');
    const listed = (type: string) =>
      new Set(
        components
          .filter((one) => one.type === type && !isInPage(one))
          .map(({ name, version }) => `${name}@${version}`),
      );
    assert.deepEqual(listed('library'), await packagesBelow(join(appOf(image), 'node_modules')));
    assert.deepEqual(
      components
        .filter(isInPage)
        .map(({ name }) => name)
        .toSorted(),
      bundledPackages(new URL('../../', import.meta.url)).map(({ name }) => name),
    );
    assert.deepEqual(listed('platform'), new Set([`node@${process.versions.node}`]));
    for (const { name, hashes } of components.filter(({ type }) => type === 'machine-learning-model')) {
      const manifest = await readFile(join(appOf(image), 'models', name, 'manifest.json'), 'utf8');
      assert.equal(hashes?.[0].content, (JSON.parse(manifest) as { sha256: string }).sha256);
    }
    assert.equal(listed('machine-learning-model').size, 3);
  });

  it('holds the reading page as it is built, and nothing that it is built of', async () => {
    const page = join(appOf(image), 'src/page');
    assert.deepEqual(await readdir(page), ['dist']);
    const html = await readFile(join(page, 'dist/index.html'), 'utf8');
    const scripts = [...html.matchAll(/src="\.?\/?(assets\/[\w.-]+\.js)"/g)].map(([, file]) => file ?? '');
    assert.ok(scripts.length > 0, html);
    for (const file of scripts) await lstat(join(page, 'dist', file));
    const fonts = await readdir(join(appOf(image), 'node_modules/@expo-google-fonts/noto-sans'), {
      recursive: true,
    });
    assert.deepEqual(fonts.filter((name) => name.endsWith('.ttf')).toSorted(), [
      '400Regular/NotoSans_400Regular.ttf',
      '700Bold/NotoSans_700Bold.ttf',
    ]);
    assert.ok(fonts.includes('LICENSE_FONT'));
  });

  it('is the command line', async () => {
    const help = await run('--help');
    assert.equal(help.code, 0);
    assert.match(help.stdout, /^Usage: lobar <command>/m);
    const models = await run('models', 'verify', 'models/opacities-phantom');
    assert.equal(models.code, 0, models.stdout);
    assert.match(models.stdout, /^ok {2,}opacities-phantom/m);
  });

  it('shows the whole way with its own PACS and EHR', async () => {
    const { code, stdout, stderr } = await run('demo', '--once', '--json');
    assert.equal(code, 0, stderr);
    assert.equal((JSON.parse(stdout) as Analysis).outcome, 'published');
  });

  it('analyses a study with a read-only root and no capability, keeps nothing of it, and ends on SIGTERM', async () => {
    const file = join(folder, 'lobar.yaml');
    await writeFile(file, `http: { port: 0 }\nlimits: { drainSeconds: ${drainSeconds} }\n`);
    const path = '/etc/lobar/lobar.yaml';
    await using container = await startContainer(image, folder, {
      args: ['serve', '--config', path],
      files: { [path]: file },
    });
    const { url } = await untilServing(container.child);

    const status = await container.exec('cat', '/proc/1/status');
    assert.match(status, /^Uid:\t10001\t10001\t10001\t10001$/m);
    assert.match(status, /^CapEff:\t0+$/m);
    assert.match(status, /^CapBnd:\t0+$/m);
    assert.match(status, /^NoNewPrivs:\t1$/m);
    await assert.rejects(container.exec('touch', '/app/written'), /Read-only file system/);

    const analyse = () => uploadFolder(url, demoStudy.folder);
    const { status: answered, text } = await analyse();
    assert.equal(answered, 200, text);
    const { outcome, involvement } = JSON.parse(text) as Analysis;
    assert.equal(outcome, 'analysed');
    // Counted from the phantom's own masks.
    const { lungMl } = demoStudy.truth;
    assert.ok(
      Math.abs((involvement?.lungMl ?? 0) - lungMl) < 0.05 * lungMl,
      `${involvement?.lungMl} of ${lungMl}`,
    );

    const port = new URL(url).port;
    await container.exec('env', `LOBAR_HTTP_PORT=${port}`, 'node', 'docker/healthcheck.ts');
    await assert.rejects(container.exec('env', 'LOBAR_HTTP_PORT=1', 'node', 'docker/healthcheck.ts'));
    assert.equal(await container.exec('find', '/tmp', '-mindepth', '1'), '');

    const last = analyse();
    const inFlight = async () => {
      const { body } = await request(`${url}/health/ready`);
      return ((await body.json()) as { inFlight: number }).inFlight;
    };
    await until(async () => (await inFlight()) > 0);
    const since = performance.now();
    const ended = once(container.child, 'exit');
    container.child.kill('SIGTERM');
    // What it had taken it finishes.
    assert.equal((await last).status, 200);
    assert.deepEqual(await ended, [0, null]);
    assert.ok(performance.now() - since < (drainSeconds + 10) * 1000);
  });
});

const appOf = ({ rootfs }: BuiltImage) => join(rootfs, 'app');
const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0);

/** The sum of the sizes of the files, each once. */
async function bytesBelow(path: string): Promise<number> {
  const seen = new Map<number, number>();
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const { ino, size } = await lstat(join(entry.parentPath, entry.name));
    seen.set(ino, size);
  }
  return [...seen.values()].reduce((sum, size) => sum + size, 0);
}

/** Name and version of every package that is installed, at any depth. */
async function packagesBelow(modules: string): Promise<Set<string>> {
  const found = new Set<string>();
  for (const { name, parentPath } of await readdir(modules, { recursive: true, withFileTypes: true })) {
    // node_modules/<name> or node_modules/@<scope>/<name>: other files of the name mark folders of a package.
    if (name !== 'package.json' || !/node_modules\/(@[^/]+\/)?[^/]+$/.test(parentPath)) continue;
    const { name: id, version } = JSON.parse(await readFile(join(parentPath, name), 'utf8')) as {
      name: string;
      version: string;
    };
    found.add(`${id}@${version}`);
  }
  return found;
}
