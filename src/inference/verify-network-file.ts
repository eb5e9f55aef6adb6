import { realpath } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import { LobarError } from '../errors.ts';
import { graphPorts, portMistakes, unusablePorts } from './graph-ports.ts';
import { inspectModelFile } from './inspect-model-file.ts';
import type { ModelManifest } from './manifest.ts';
import { networkOfSession } from './network-of-session.ts';
import { openQuietly } from './open-quietly.ts';
import { type Probe, probeNetwork } from './probe-network.ts';
import { runtimeMessage } from './runtime-message.ts';

/** One ONNX file in a package's folder, with what its manifest says so far. */
export interface NetworkFile {
  /** The package's folder. */
  readonly home: string;
  /** Name of the file, which is there. */
  readonly file: string;
  /** Of the file, as the manifest says it, whatever it is. */
  readonly sha256: unknown;
  /** Where in the manifest the file stands: '' for the main one, `/variants/<i>` for another. */
  readonly pointer: string;
  /** The manifest as it was read, valid or not. */
  readonly json: unknown;
  /** The manifest, where it is complete but for texts for people. */
  readonly manifest: ModelManifest | undefined;
}

export interface NetworkFileVerdict {
  readonly problems: readonly string[];
  /** How it ran on a made-up chest, on the CPU; absent where it could not be run. */
  readonly probe?: Probe;
}

/** Looks for every mistake of one network of a package: its place, its checksum, its graph, and a run. */
export async function verifyNetworkFile(network: NetworkFile): Promise<NetworkFileVerdict> {
  const inFile = await fileProblems(network).catch(() => [
    `${network.file} cannot be read: it is no file, or may not be read`,
  ]);
  const run = await runProblems(network);
  return { ...run, problems: [...inFile, ...run.problems] };
}

async function fileProblems({ home, file, sha256, pointer }: NetworkFile): Promise<readonly string[]> {
  const path = join(home, file);
  // Resolved first, as at the start of the service: a link may lead out of the package.
  if (!(await realpath(path)).startsWith((await realpath(home)) + sep)) {
    return [`${basename(path)} is a link that leads out of the package: copy the file here`];
  }
  const facts = await inspectModelFile(path);
  return [
    ...(typeof sha256 === 'string' && sha256 !== facts.sha256
      ? [
          `manifest.json: ${pointer}/sha256 is not that of ${file}, which is ${facts.sha256}: restore the file, or write this and raise /version`,
        ]
      : []),
    ...(facts.weightsOutside ? [weightsOutside(file)] : []),
  ];
}

export function weightsOutside(file: string): string {
  return `${file} keeps weights in other files, which its checksum does not cover: export it as one file (torch.onnx.export(..., external_data=False))`;
}

async function runProblems({
  home,
  file,
  pointer,
  json,
  manifest,
}: NetworkFile): Promise<NetworkFileVerdict> {
  let session: InferenceSession;
  try {
    session = await openQuietly(join(home, file), manifest?.task);
  } catch (error) {
    return { problems: [`${file} does not load: ${runtimeMessage(error)}`] };
  }
  const isVariant = pointer !== '';
  const named = (problem: string) => (isVariant ? `${file}: ${problem}` : problem);
  try {
    const ports = graphPorts(session);
    const problems = unusablePorts(ports).map(named);
    if (problems.length > 0) return { problems };
    const graph = isVariant ? file : undefined;
    const disagreements = isSaid(json)
      ? portMistakes(json, ports, graph).map((mistake) => asManifestMistake(mistake, isVariant))
      : [];
    if (manifest === undefined || disagreements.length > 0) return { problems: disagreements };
    const { run } = await networkOfSession(session, manifest, graph);
    return { problems: [], probe: await probeNetwork(run, manifest) };
  } catch (error) {
    return { problems: [named(whyNot(error, manifest))] };
  } finally {
    await session.release();
  }
}

/** A manifest has one input and one output, those of the main file: a variant has to be made to fit. */
function asManifestMistake(mistake: string, isVariant: boolean): string {
  return `manifest.json: ${mistake}: ${isVariant ? 'make it have what the main file has' : 'write what the graph has'}`;
}

/** Whether inputs and outputs are there to be compared, whatever else is wrong. */
function isSaid(json: unknown): json is Pick<ModelManifest, 'inputs' | 'outputs'> {
  const { inputs, outputs } = (json ?? {}) as { readonly inputs?: unknown; readonly outputs?: unknown };
  const isPort = (port: unknown) => Array.isArray((port as { readonly shape?: unknown } | null)?.shape);
  return [inputs, outputs].every((side) => Array.isArray(side) && side.every(isPort));
}

function whyNot(error: unknown, manifest: ModelManifest | undefined): string {
  if (error instanceof LobarError) return error.message;
  const { inputSize = [] } = manifest?.preprocessing ?? {};
  return `it does not run at the size that manifest.json says: ${runtimeMessage(error)}. Correct /preprocessing/inputSize (now ${inputSize.join(' x ')}; U-Nets need multiples of 32) or batchSize`;
}
