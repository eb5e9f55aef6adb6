import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Finished } from '../run-lobar.ts';
import type { BuiltImage } from './build-image.ts';
import { runTool } from './image-tools.ts';

export interface ContainerOptions {
  /** What follows the image's entrypoint; its CMD by default. */
  readonly args?: readonly string[];
  /** Files of this machine that are there too, to be read only: path in the container to path here. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface Container extends AsyncDisposable {
  /** Its output is that of the container, and a signal to it goes to the first process there. */
  readonly child: ChildProcess;
  /** Runs a command beside it, as the same user. */
  exec(...command: readonly string[]): Promise<string>;
}

/**
 * Starts a container of an image by runc as a strict platform does: read-only root, a tmpfs at /tmp and nothing else to
 * write on, no capability, no new privileges, the default list of masked paths. The network is that of this machine.
 *
 * @param folder - of the test's own, for what runc keeps
 */
export async function startContainer(
  image: BuiltImage,
  folder: string,
  options: ContainerOptions = {},
): Promise<Container> {
  const bundle = await mkdtemp(join(folder, 'container-'));
  const state = join(bundle, 'state');
  await mkdir(state);
  await writeFile(join(bundle, 'config.json'), JSON.stringify(runtimeConfig(image, options)));
  const runc = ['--root', state];
  const id = 'lobar';
  const child = spawn('runc', [...runc, 'run', '--bundle', bundle, id], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  return {
    child,
    exec: (...command) => runTool('runc', [...runc, 'exec', id, ...command]),
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null) {
        await runTool('runc', [...runc, 'kill', id, 'KILL']).catch(() => child.kill('SIGKILL'));
        await ended;
      }
      await rm(bundle, { recursive: true, force: true });
    },
  };
}

/** Runs a container to its end. */
export async function runContainer(
  image: BuiltImage,
  folder: string,
  options: ContainerOptions = {},
): Promise<Finished> {
  await using container = await startContainer(image, folder, options);
  const { child } = container;
  if (child.stdout === null || child.stderr === null) throw new Error('no output');
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}

/** As the OCI runtime specification 1.0 has it. */
function runtimeConfig({ config, rootfs }: BuiltImage, { args, files = {} }: ContainerOptions) {
  const [uid, gid] = config.User.split(':').map(Number);
  const none: readonly string[] = [];
  const unwritable = ['nosuid', 'noexec', 'nodev', 'ro'];
  return {
    ociVersion: '1.0.0',
    process: {
      terminal: false,
      user: { uid, gid },
      args: [...config.Entrypoint, ...(args ?? config.Cmd)],
      env: [...config.Env, 'HOME=/app'],
      cwd: config.WorkingDir,
      capabilities: { bounding: none, effective: none, inheritable: none, permitted: none, ambient: none },
      noNewPrivileges: true,
    },
    root: { path: rootfs, readonly: true },
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755', 'size=64k'] },
      { destination: '/sys', type: 'none', source: '/sys', options: ['rbind', ...unwritable] },
      { destination: '/tmp', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'nodev', 'mode=1777'] },
      ...Object.entries(files).map(([destination, source]) => bound(destination, source)),
    ],
    linux: {
      namespaces: ['pid', 'ipc', 'uts', 'mount'].map((type) => ({ type })),
      maskedPaths: ['/proc/kcore', '/proc/keys', '/proc/timer_list', '/proc/sched_debug', '/sys/firmware'],
      readonlyPaths: ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'],
    },
  };
}

function bound(destination: string, source: string) {
  return { destination, type: 'none', source, options: ['bind', 'ro', 'nosuid', 'nodev'] };
}
