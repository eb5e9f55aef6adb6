import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';

const root = resolve(import.meta.dirname, '../..');
const native = join(root, 'node_modules/onnxruntime-node/bin/napi-v6/linux/x64');
const elsewhere = process.platform !== 'linux' || process.arch !== 'x64';

/** A library of this machine, small and with nothing to load of its own; any would do. */
function smallLibrary(): string {
  const { sharedObjects } = process.report.getReport() as unknown as { sharedObjects: string[] };
  return sharedObjects.find((path) => path.includes('/libdl.so')) ?? '';
}

/** A copy of ONNX Runtime's binding, made to ask for another library than libonnxruntime.so.1. */
async function linkedWith(library: string): Promise<Buffer> {
  const bytes = await readFile(join(native, 'onnxruntime_binding.node'));
  const name = 'libonnxruntime.so.1';
  // The first mention is that of the table of names: what is needed is named there.
  const at = bytes.indexOf(`${name}\0`);
  assert.ok(at > 0 && library.length <= name.length);
  bytes.write(library.padEnd(name.length, '\0'), at, 'latin1');
  return bytes;
}

describe('docker/check-cuda.sh', { skip: elsewhere && 'needs Linux on x64' }, () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-cuda-'));
    await copyFile(join(native, 'libonnxruntime.so.1'), join(folder, 'libonnxruntime.so.1'));
    await copyFile(smallLibrary(), join(folder, 'libonnxruntime_providers_shared.so'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const check = async (
    needed: string,
    present: readonly string[],
    fitting = join(native, 'libonnxruntime.so.1'),
  ) => {
    const libraries = await mkdtemp(join(folder, 'libraries-'));
    for (const name of present) {
      // The binding asks for symbols of a version, which only ONNX Runtime has.
      const stands = name === needed ? fitting : smallLibrary();
      await symlink(stands, join(libraries, name));
    }
    await writeFile(join(folder, 'libonnxruntime_providers_cuda.so'), await linkedWith(needed), {
      mode: 0o755,
    });
    const env = { ...process.env, LD_LIBRARY_PATH: libraries };
    const script = join(root, 'docker/check-cuda.sh');
    const { status, stderr } = spawnSync('sh', [script, folder], { env, encoding: 'utf8' });
    return { status, stderr };
  };
  const loadedLater = ['libcudnn.so.9', 'libnvrtc.so.13'];

  it('passes where every library of the provider is there', async () => {
    const { status, stderr } = await check('libcublas.so.13', [...loadedLater, 'libcublas.so.13']);
    assert.equal(status, 0, stderr);
  });

  it('passes without the driver, which comes from the host when the container starts', async () => {
    const { status, stderr } = await check('libcuda.so.1', loadedLater);
    assert.equal(status, 0, stderr);
  });

  it('fails where a library is another version than the provider was built with', async () => {
    const { status, stderr } = await check(
      'libcurand.so.10',
      [...loadedLater, 'libcurand.so.10'],
      smallLibrary(),
    );
    assert.equal(status, 1);
    assert.match(stderr, /libcurand\.so\.10: version .* not found/);
  });

  it('fails where a library that it is linked with is missing, and names it', async () => {
    const { status, stderr } = await check('libcublas.so.13', loadedLater);
    assert.equal(status, 1);
    assert.match(stderr, /libcublas\.so\.13 => not found/);
  });

  for (const name of loadedLater) {
    it(`fails without ${name}, which ldd does not see`, async () => {
      const others = loadedLater.filter((one) => one !== name);
      const { status, stderr } = await check('libcublas.so.13', [...others, 'libcublas.so.13']);
      assert.equal(status, 1);
      assert.ok(stderr.includes(`${name} => not found`), stderr);
    });
  }

  it('fails without the provider', async () => {
    await check('libcuda.so.1', loadedLater);
    await rm(join(folder, 'libonnxruntime_providers_cuda.so'));
    const { status } = spawnSync('sh', [join(root, 'docker/check-cuda.sh'), folder], { encoding: 'utf8' });
    assert.equal(status, 1);
  });
});

describe('the target gpu of the Dockerfile', () => {
  it('takes the CUDA provider of the very version of ONNX Runtime that is installed, by its hash', async () => {
    const dockerfile = await readFile(join(root, 'Dockerfile'), 'utf8');
    const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { version: string }>;
    };
    const version = lock.packages['node_modules/onnxruntime-node']?.version ?? '';
    const argument = (name: string) => new RegExp(`^ARG ${name}=(.*)$`, 'm').exec(dockerfile)?.[1] ?? '';
    assert.equal(argument('ORT_VERSION'), version);
    assert.match(
      argument('ORT_WHEEL'),
      new RegExp(`/onnxruntime_gpu-${version.replaceAll('.', '\\.')}-.*\\.whl$`),
    );
    // `pip download --no-deps onnxruntime-gpu==1.30.0`, then sha256sum. PyPI names the folder by BLAKE2b.
    assert.equal(
      argument('ORT_WHEEL_SHA256'),
      '6acc0f4b3d5ac5f2984432faa59dd8fcce6775f8b43a7140afa0f322c7a703b1',
    );
    assert.match(dockerfile, /sha256sum --check --strict/);
  });

  it('has that provider in its bill of materials', () => {
    const lobar = { 'bom-ref': 'lobar@1', type: 'library', name: 'lobar', version: '1' };
    const ofNpm = { metadata: { component: lobar }, components: [], dependencies: [{ ref: 'lobar@1' }] };
    const given = [
      '--with-cuda-provider',
      '1.30.0',
      '--wheel',
      'https://example.org/a.whl',
      '--sha256',
      'abcd',
    ];
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['docker/complete-sbom.ts', '--with-node', ...given],
      { cwd: root, input: JSON.stringify(ofNpm), encoding: 'utf8' },
    );
    const { components, dependencies } = JSON.parse(stdout || stderr) as {
      components: { name: string; purl?: string; hashes?: unknown }[];
      dependencies: { ref: string; dependsOn: string[] }[];
    };
    const provider = components.find(({ name }) => name === 'onnxruntime-gpu');
    assert.equal(provider?.purl, 'pkg:pypi/onnxruntime-gpu@1.30.0');
    assert.deepEqual(provider.hashes, [{ alg: 'SHA-256', content: 'abcd' }]);
    assert.ok(dependencies[0]?.dependsOn.includes('onnxruntime-gpu@1.30.0'));
  });

  it('keeps what the driver compiles where a read-only container can be written to', async () => {
    const dockerfile = await readFile(join(root, 'Dockerfile'), 'utf8');
    assert.match(dockerfile, /^ENV .*\bCUDA_CACHE_PATH=\/tmp\//m);
  });
});
