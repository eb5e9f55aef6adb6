import { readdir, readFile, realpath } from 'node:fs/promises';
import { basename, join, resolve, sep } from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import { LobarError } from '../errors.ts';
import { checkManifest } from './check-manifest.ts';
import { fillInMark } from './fill-in.ts';
import { graphPorts, portMistakes, unusablePorts } from './graph-ports.ts';
import { inspectModelFile } from './inspect-model-file.ts';
import type { ModelManifest } from './manifest.ts';
import { networkOfSession } from './network-of-session.ts';
import { openQuietly } from './open-quietly.ts';
import { type Probe, probeNetwork } from './probe-network.ts';
import { runtimeMessage } from './runtime-message.ts';

/** All that can be said of a package without a patient. */
export interface PackageVerdict {
  /** Name of its folder. */
  readonly name: string;
  readonly manifest?: ModelManifest;
  /** Every mistake that could be looked for, each with what to do. None: Lobar starts with it. */
  readonly problems: readonly string[];
  /** How it ran on a made-up chest, on the CPU; absent where it could not be run. */
  readonly probe?: Probe;
}

/**
 * Looks for every mistake of a package at once: manifest and card, the one file and its checksum, graph against
 * manifest, and a run on a made-up chest. What is still to be filled in for people does not keep the rest from
 * being looked at.
 */
export async function verifyPackage(folder: string): Promise<PackageVerdict> {
  const home = resolve(folder);
  const name = basename(home);
  const files = await readdir(home).catch((): readonly string[] | undefined => undefined);
  if (files === undefined) return { name, problems: ['there is no such folder'] };
  const { json, manifest, complete, problems: inManifest } = await readManifest(home, name, files);
  const file = fileProblems(json, files);
  const path = file.name === undefined ? undefined : join(home, file.name);
  const problems = [...inManifest, ...file.problems, ...(await cardProblems(home, files))];
  if (path === undefined) return { name, problems };
  const inFile = await checksumProblems(home, path, json).catch(() => [
    `${basename(path)} cannot be read: it is no file, or may not be read`,
  ]);
  const run = await runProblems(path, json, complete);
  return {
    name,
    ...(manifest === undefined ? {} : { manifest }),
    problems: [...problems, ...inFile, ...run.problems],
    ...(run.probe === undefined ? {} : { probe: run.probe }),
  };
}

interface ReadManifest {
  readonly json?: unknown;
  /** Where it is valid. */
  readonly manifest?: ModelManifest;
  /** Where it would be, if people's texts were written. */
  readonly complete?: ModelManifest;
  readonly problems: readonly string[];
}

async function readManifest(home: string, name: string, files: readonly string[]): Promise<ReadManifest> {
  if (!files.includes('manifest.json')) {
    return { problems: ['manifest.json is missing: lobar models init writes one'] };
  }
  let json: unknown;
  try {
    json = JSON.parse(await readFile(join(home, 'manifest.json'), 'utf8'));
  } catch (error) {
    return { problems: [`manifest.json is not JSON: ${error instanceof Error ? error.message : error}`] };
  }
  const checked = checkManifest(json);
  const named = json as { readonly name?: unknown } | null;
  const misnamed =
    typeof named?.name === 'string' && named.name !== name
      ? [`manifest.json: /name is '${named.name}', but its folder is '${name}': make them the same`]
      : [];
  if ('manifest' in checked) {
    return { json, manifest: checked.manifest, complete: checked.manifest, problems: misnamed };
  }
  const problems = [...checked.mistakes.map((mistake) => `manifest.json: ${mistake}`), ...misnamed];
  const written = checkManifest(withoutMarks(json));
  return { json, problems, ...('manifest' in written ? { complete: written.manifest } : {}) };
}

/** Texts for people have no bearing on how a network runs; labels that are not said do. */
function withoutMarks(json: unknown): unknown {
  return JSON.parse(JSON.stringify(json).replaceAll(`"${fillInMark}`, '"(not said)'));
}

async function cardProblems(home: string, files: readonly string[]): Promise<readonly string[]> {
  if (!files.includes('CARD.md')) {
    return [
      'CARD.md is missing: write for people what the network was trained on, how good it is and for what',
    ];
  }
  const lines = (await readFile(join(home, 'CARD.md'), 'utf8')).split('\n');
  return lines.flatMap((line, i) =>
    line.includes(fillInMark) ? [`CARD.md, line ${i + 1} is still to be filled in`] : [],
  );
}

function fileProblems(json: unknown, files: readonly string[]): { name?: string; problems: string[] } {
  const named = (json as { readonly file?: unknown } | null | undefined)?.file;
  const networks = files.filter((file) => file.endsWith('.onnx'));
  const others = files.filter((file) => /\.(data|bin|weights|pth?|onnx_data)$/.test(file));
  const problems = [
    ...(networks.length > 1
      ? [`the folder holds ${networks.length} networks (${networks.join(', ')}): a package is one`]
      : []),
    ...others.map(
      (file) => `${file} is in the folder, but a package is one .onnx file with its weights inside`,
    ),
  ];
  const [only] = networks;
  const name = typeof named === 'string' && files.includes(named) ? named : only;
  if (name === undefined) return { problems: [...problems, 'there is no .onnx file in the folder'] };
  if (typeof named === 'string' && named !== name) {
    problems.push(`manifest.json: /file is '${named}', which is not in the folder; ${name} is`);
  }
  return { name, problems };
}

async function checksumProblems(home: string, path: string, json: unknown): Promise<readonly string[]> {
  // Resolved first, as at the start of the service: a link may lead out of the package.
  if (!(await realpath(path)).startsWith((await realpath(home)) + sep)) {
    return [`${basename(path)} is a link that leads out of the package: copy the file here`];
  }
  const facts = await inspectModelFile(path);
  const said = (json as { readonly sha256?: unknown } | null | undefined)?.sha256;
  return [
    ...(typeof said === 'string' && said !== facts.sha256
      ? [
          `manifest.json: /sha256 is not that of ${basename(path)}, which is ${facts.sha256}: restore the file, or write this and raise /version`,
        ]
      : []),
    ...(facts.weightsOutside ? [weightsOutside(basename(path))] : []),
  ];
}

export function weightsOutside(file: string): string {
  return `${file} keeps weights in other files, which its checksum does not cover: export it as one file (torch.onnx.export(..., external_data=False))`;
}

async function runProblems(
  path: string,
  json: unknown,
  manifest: ModelManifest | undefined,
): Promise<{ problems: readonly string[]; probe?: Probe }> {
  let session: InferenceSession;
  try {
    session = await openQuietly(path);
  } catch (error) {
    return { problems: [`${basename(path)} does not load: ${runtimeMessage(error)}`] };
  }
  try {
    const ports = graphPorts(session);
    const problems = [...unusablePorts(ports)];
    if (problems.length > 0) return { problems };
    const disagreements = isSaid(json) ? portMistakes(json, ports).map(asManifestMistake) : [];
    if (manifest === undefined || disagreements.length > 0) return { problems: disagreements };
    return { problems: [], probe: await probe(session, manifest) };
  } catch (error) {
    return { problems: [whyNot(error, manifest)] };
  } finally {
    await session.release();
  }
}

function asManifestMistake(mistake: string): string {
  return `manifest.json: ${mistake}: write what the graph has`;
}

async function probe(session: InferenceSession, manifest: ModelManifest): Promise<Probe> {
  const { run } = await networkOfSession(session, manifest);
  return await probeNetwork(run, manifest);
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
