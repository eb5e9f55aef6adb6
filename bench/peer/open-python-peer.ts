import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { shippedModelsFolder } from '../../src/inference/shipped-models-folder.ts';
import { skipUnlessBuilt } from '../../test/support/skip-or-fail.ts';
import type { Contestant, PeerFindings } from './contestant.ts';

const install = join(import.meta.dirname, 'install.sh');

/**
 * Why the pipeline in Python cannot run, or false where it can.
 *
 * @throws Error in continuous integration, where nothing may be skipped
 */
export const pythonPeerMissing = (): string | false => skipUnlessBuilt(install);

export interface PythonPeerOptions {
  /** Root of the DICOMweb services of the PACS. */
  readonly url: string;
  /** The quantised file of the packages that have one. */
  readonly int8: boolean;
  /** Gets lobes.nrrd and opacities.nrrd of the study that was analysed last. */
  readonly masks?: string;
}

type PythonAnswer = PeerFindings & { readonly seconds: Readonly<Record<string, number>> };

/** Starts `python -m peer`; it reads a study a line and answers with a line. */
export function openPythonPeer({ url, int8, masks }: PythonPeerOptions): Contestant {
  const child = spawn(pythonOf(), ['-m', 'peer', shippedModelsFolder, ...(int8 ? ['--int8'] : [])], {
    cwd: import.meta.dirname,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const exited = once(child, 'exit').then(() => process.off('exit', kill));
  const complaints: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk.toString()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    pid: child.pid ?? 0,
    async analyse(study) {
      child.stdin.write(`${JSON.stringify({ url, study, ...(masks === undefined ? {} : { masks }) })}\n`);
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`The pipeline in Python ended: ${complaints.join('')}`);
      const { seconds, ...findings } = JSON.parse(value) as PythonAnswer;
      const stageMs = Object.fromEntries(Object.entries(seconds).map(([stage, s]) => [stage, 1000 * s]));
      return { findings, stageMs };
    },
    close: () => closed(child, exited),
  };
}

async function closed(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  child.stdin?.end();
  await exited;
}

/** The Python that has what it rides on. */
export function pythonOf(): string {
  return execFileSync(install, ['--check'], { encoding: 'utf8' }).trim();
}

/** Versions of what it rides on, as it is installed. */
export function pythonPeerVersions(): Readonly<Record<string, string>> {
  const names = ['onnxruntime', 'numpy', 'scipy', 'pydicom', 'SimpleITK', 'dicomweb-client'];
  const code = `import sys, json, importlib.metadata as m
print(json.dumps({"python": sys.version.split()[0], **{n: m.version(n) for n in sys.argv[1:]}}))`;
  const said = execFileSync(pythonOf(), ['-c', code, ...names], { encoding: 'utf8' });
  return JSON.parse(said) as Record<string, string>;
}
