import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { checkManifest } from './check-manifest.ts';
import { fillInMark } from './fill-in.ts';
import type { ModelManifest } from './manifest.ts';
import type { Probe } from './probe-network.ts';
import { verifyNetworkFile } from './verify-network-file.ts';

/** All that can be said of a package without a patient. */
export interface PackageVerdict {
  /** Name of its folder. */
  readonly name: string;
  readonly manifest?: ModelManifest;
  /** Every mistake that could be looked for, each with what to do. None: Lobar starts with it. */
  readonly problems: readonly string[];
  /** How its main file ran on a made-up chest, on the CPU; absent where it could not be run. */
  readonly probe?: Probe;
  /** The other files that its manifest names and that are there. */
  readonly variants: readonly VariantVerdict[];
}

/** A file of a package that runs instead of the main one on one provider. */
export interface VariantVerdict {
  readonly file: string;
  readonly provider: string;
  readonly precision: string;
  /** How it ran on the same chest, on the CPU whatever its provider is. */
  readonly probe?: Probe;
}

/**
 * Looks for every mistake of a package at once: manifest and card, each file and its checksum, graph against
 * manifest, and a run on a made-up chest. What is still to be filled in for people does not keep the rest from
 * being looked at.
 */
export async function verifyPackage(folder: string): Promise<PackageVerdict> {
  const home = resolve(folder);
  const name = basename(home);
  const files = await readdir(home).catch((): readonly string[] | undefined => undefined);
  if (files === undefined) return { name, variants: [], problems: ['there is no such folder'] };
  const { json, manifest, complete, problems: inManifest } = await readManifest(home, name, files);
  const networks = namedNetworks(json, files);
  const { main } = networks;
  const problems = [...inManifest, ...networks.problems, ...(await cardProblems(home, files))];
  const said = { home, json, manifest: complete };
  const sha256 = (json as { readonly sha256?: unknown } | null | undefined)?.sha256;
  const run =
    main === undefined ? undefined : await verifyNetworkFile({ ...said, file: main, sha256, pointer: '' });
  problems.push(...(run?.problems ?? []));
  const variants: VariantVerdict[] = [];
  for (const { declared, pointer } of networks.variants) {
    const { file, provider, precision } = declared;
    const verdict = await verifyNetworkFile({ ...said, file, sha256: declared.sha256, pointer });
    problems.push(...verdict.problems);
    variants.push({
      file,
      provider: String(provider),
      precision: String(precision),
      ...(verdict.probe === undefined ? {} : { probe: verdict.probe }),
    });
  }
  return {
    name,
    ...(manifest === undefined ? {} : { manifest }),
    variants,
    problems,
    ...(run?.probe === undefined ? {} : { probe: run.probe }),
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

interface NamedNetworks {
  /** The main file: the one that is named, or the only one there is. */
  readonly main?: string;
  /** Those that are there, each with its place in the manifest. */
  readonly variants: readonly { readonly declared: DeclaredVariant; readonly pointer: string }[];
  readonly problems: readonly string[];
}

/** What a manifest, valid or not, says of a variant. */
interface DeclaredVariant {
  readonly file: string;
  readonly sha256?: unknown;
  readonly provider?: unknown;
  readonly precision?: unknown;
}

function namedNetworks(json: unknown, files: readonly string[]): NamedNetworks {
  const { file: named, variants: said } = (json ?? {}) as {
    readonly file?: unknown;
    readonly variants?: unknown;
  };
  const declared = (Array.isArray(said) ? said : []).flatMap((one, i) =>
    isVariant(one) ? [{ declared: one, pointer: `/variants/${i}` }] : [],
  );
  const variants = declared.filter(({ declared: { file } }) => files.includes(file));
  const ofVariants = declared.map(({ declared: { file } }) => file);
  const networks = files.filter((file) => file.endsWith('.onnx') && !ofVariants.includes(file));
  const others = files.filter((file) => /\.(data|bin|weights|pth?|onnx_data)$/.test(file));
  const problems = [
    ...(networks.length > 1
      ? [
          `the folder holds ${networks.length} networks (${networks.join(', ')}): a package is one; other files of it are named in /variants`,
        ]
      : []),
    ...others.map(
      (file) => `${file} is in the folder, but a package is one .onnx file with its weights inside`,
    ),
    ...declared
      .filter(({ declared: { file } }) => !files.includes(file))
      .map(
        ({ declared: { file }, pointer }) =>
          `manifest.json: ${pointer}/file is '${file}', which is not in the folder`,
      ),
  ];
  const [only] = networks;
  const main = typeof named === 'string' && files.includes(named) ? named : only;
  if (main === undefined) {
    return { variants, problems: [...problems, 'there is no .onnx file in the folder'] };
  }
  if (typeof named === 'string' && named !== main) {
    problems.push(`manifest.json: /file is '${named}', which is not in the folder; ${main} is`);
  }
  return { main, variants, problems };
}

function isVariant(json: unknown): json is DeclaredVariant {
  return typeof (json as { readonly file?: unknown } | null)?.file === 'string';
}
