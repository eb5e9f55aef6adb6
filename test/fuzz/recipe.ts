import fc from 'fast-check';
import {
  type CorpusFile,
  deflated,
  insideDeflated,
  maskFiles,
  ownJson,
  phantomFiles,
  realFiles,
  siblingOf,
  syntaxOf,
} from './corpus.ts';
import type { Bytes } from './edit-bytes.ts';
import {
  contentTypes,
  type FramingMutation,
  framingMutation,
  multipartBody,
  mutateFraming,
} from './framing.ts';
import { type FuzzInput, type PlayedRetrieval, type Surface, surfaces } from './fuzz-input.ts';
import { type JsonMutation, jsonMutation, mutateJson } from './json-mutation.ts';
import { mutate } from './mutate.ts';
import { type Mutation, mutation } from './mutation.ts';

/** How an input is made: plain data, so that it can be printed, shrunk and made again. */
export interface Recipe {
  readonly surface: Surface;
  readonly file: string;
  /** Where the mutated instance stands among its unhurt siblings. */
  readonly place: 'first' | 'last' | 'alone';
  /** Of a deflated file: mutate what is in it, not the deflated bytes. */
  readonly inside: boolean;
  readonly mutations: readonly Mutation[];
  /** The file that grafts come from. */
  readonly other: string;
  readonly framing: readonly FramingMutation[];
  readonly json: readonly JsonMutation[];
  readonly jsonAnswer: 'series' | 'metadata';
  /** How the PACS answers for the series as a whole; where that brings not all, it is asked for instances. */
  readonly series: PlayedRetrieval['series'];
  /** An instance alone comes in a multipart body, with `framing` done to it, or bare. */
  readonly alone: 'multipart' | 'bare';
  readonly contentType: string;
  readonly chunkBytes: number;
}

/** Files whose metadata are in corpus/series.json and corpus/enhanced.json. */
const listedFiles = [
  'explicit-le.dcm',
  'implicit-le.dcm',
  'jpeg-ls-80.dcm',
  'rle.dcm',
  'jpeg-2000-90.dcm',
].concat(['enhanced.dcm', 'enhanced-jpeg-ls.dcm']);

export interface Kitchen {
  /** Files that recipes may name. */
  readonly files: readonly CorpusFile[];
  /** Any recipe of one surface, or of all of them. */
  recipes(only?: Surface): fc.Arbitrary<Recipe>;
  /** What a recipe makes. */
  cook(recipe: Recipe): FuzzInput;
}

export function openKitchen(): Kitchen {
  const phantom = phantomFiles();
  const real = realFiles();
  const masks = maskFiles();
  const files = [...phantom, ...real, ...masks];
  const byName = new Map(files.map((file) => [file.name, file]));
  const siblings = new Map<string, Bytes>();
  const fileOf = (name: string): CorpusFile => {
    const file = byName.get(name);
    if (file === undefined) throw new Error(`The corpus has no ${name}.`);
    return file;
  };
  const sibling = (file: CorpusFile): Bytes => {
    const bytes = siblings.get(file.name) ?? siblingOf(file);
    siblings.set(file.name, bytes);
    return bytes.slice();
  };

  // Small files give ten times as many cases a second as real ones, and their bytes matter more.
  const name = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...phantom.map((file) => file.name)) },
    ...(real.length === 0
      ? []
      : [{ weight: 1, arbitrary: fc.constantFrom(...real.map((file) => file.name)) }]),
  );
  const weights: Readonly<Record<Surface, number>> = {
    series: 12,
    files: 2,
    multipart: 3,
    pacs: 3,
    upload: 1,
    mask: 3,
  };
  const mask = fc.constantFrom(...masks.map((file) => file.name));

  return {
    files,
    recipes(only) {
      const each = surfaces
        .filter((surface) => only === undefined || surface === only)
        .map((surface) => ({
          weight: weights[surface],
          arbitrary: recipeFor(surface, surface === 'mask' ? mask : name),
        }));
      return fc.oneof(...each);
    },
    cook(recipe) {
      const input = ingredientsOf(recipe);
      // Not so small that the cutting itself takes the time: the process under test plays the PACS as well.
      const longest = Math.max(...input.parts.map(({ length }) => length));
      return { ...input, chunkBytes: Math.max(recipe.chunkBytes, Math.ceil(longest / 2000)) };
    },
  };

  function ingredientsOf(recipe: Recipe): Omit<FuzzInput, 'chunkBytes'> {
    const file = fileOf(recipe.file);
    const edit = (bytes: Bytes): Bytes =>
      recipe.mutations.reduce((some, one) => mutate(some, one, fileOf(recipe.other).bytes), bytes);
    const mutated =
      recipe.inside && file.syntax === deflated ? insideDeflated(file.bytes, edit) : edit(file.bytes.slice());
    const instances = arranged(mutated, sibling(file), recipe.place);
    const body = () => recipe.framing.reduce(mutateFraming, multipartBody(instances));
    const input = {
      surface: recipe.surface,
      syntax: syntaxOf(mutated) || file.syntax,
      isCutOff: isCutOff(recipe, file, mutated),
      contentType: recipe.contentType,
    };
    switch (recipe.surface) {
      case 'series':
      case 'files':
        return { ...input, parts: instances };
      case 'mask':
        return { ...input, parts: [mutated] };
      case 'multipart':
      case 'upload':
        return { ...input, parts: [body()] };
      case 'pacs': {
        const { series, metadata, uids } = answers(file, recipe);
        const isBare = recipe.alone === 'bare';
        const alone = instances.map((one) =>
          isBare ? one : recipe.framing.reduce(mutateFraming, multipartBody([one])),
        );
        const retrieval = {
          series: recipe.series,
          instances: recipe.place === 'last' ? uids.toReversed() : uids,
          instanceType: isBare ? 'application/dicom' : recipe.contentType,
        };
        return { ...input, parts: [series, metadata, body(), ...alone], retrieval };
      }
    }
  }
}

/** Far more than the padding of a code stream or an item. */
const certainlyMissing = 64;

function isCutOff({ mutations, json }: Recipe, { bytes, syntax }: CorpusFile, mutated: Uint8Array): boolean {
  const [only, ...more] = mutations;
  const isCut = only?.kind === 'truncate' || only?.kind === 'cut-codestream';
  // A listing that is mutated too may set the instance apart: nothing of it is wanted, and nothing missed.
  const isListed = json.length === 0;
  // Within a deflated file the lengths of its two forms say nothing about each other.
  const isComparable = syntax !== deflated;
  return (
    isCut && more.length === 0 && isListed && isComparable && bytes.length - mutated.length > certainlyMissing
  );
}

function recipeFor(surface: Surface, anyFile: fc.Arbitrary<string>): fc.Arbitrary<Recipe> {
  const framed = surface === 'multipart' || surface === 'upload' || surface === 'pacs';
  const nothing = <T>() => fc.constant<readonly T[]>([]);
  return fc.record({
    surface: fc.constant(surface),
    file: surface === 'pacs' ? fc.constantFrom(...listedFiles) : anyFile,
    place: fc.constantFrom('first', 'first', 'last', 'alone'),
    inside: fc.boolean(),
    mutations: fc.array(mutation, { minLength: framed ? 0 : 1, maxLength: framed ? 2 : 4 }),
    other: anyFile,
    framing: framed ? fc.array(framingMutation, { maxLength: 2 }) : nothing<FramingMutation>(),
    json: surface === 'pacs' ? fc.array(jsonMutation, { maxLength: 2 }) : nothing<JsonMutation>(),
    jsonAnswer: fc.constantFrom('series', 'metadata'),
    series: surface === 'pacs' ? seriesAnswer : fc.constant('sent'),
    alone: fc.constantFrom('multipart', 'bare'),
    contentType: framed
      ? fc.oneof(
          { weight: 9, arbitrary: fc.constant(contentTypes[0] ?? '') },
          fc.constantFrom(...contentTypes),
        )
      : fc.constant(''),
    chunkBytes: fc.oneof(fc.constantFrom(65_536, 4096, 777), fc.integer({ min: 1, max: 70_000 })),
  });
}

const seriesAnswer: fc.Arbitrary<Recipe['series']> = fc.oneof(
  { weight: 2, arbitrary: fc.constant('sent' as const) },
  fc.constant('refused' as const),
  fc.record({ brokenOffAfter: fc.nat(999) }),
);

function arranged(mutated: Bytes, sibling: Bytes, place: Recipe['place']): Bytes[] {
  if (place === 'alone') return [mutated];
  return place === 'first' ? [mutated, sibling] : [sibling, mutated];
}

interface Listing {
  /** Answers to the search for series and to /metadata. */
  readonly series: Bytes;
  readonly metadata: Bytes;
  /** SOPInstanceUIDs as they were before anything was done to the answers, the mutated instance first. */
  readonly uids: readonly string[];
}

/** What a PACS says of the instances that it holds, one of them mutated. */
function answers(file: CorpusFile, { place, json, jsonAnswer }: Recipe): Listing {
  const isEnhanced = file.name.startsWith('enhanced');
  const datasets = JSON.parse(ownJson(isEnhanced ? 'enhanced' : 'series')) as Record<string, unknown>[];
  const first = datasets[isEnhanced ? 0 : 1] ?? {};
  const { '00080018': uid, '00200032': position } = first as Record<string, { Value?: unknown[] }>;
  const own = String(uid?.Value?.[0]);
  const moved = own.replace(/.$/, (last) => (last === '1' ? '2' : '1'));
  const [x, y, z] = (position?.Value ?? [0, 0, 0]) as number[];
  const next = {
    ...first,
    '00080018': { vr: 'UI', Value: [moved] },
    '00200032': { vr: 'DS', Value: [x, y, (z ?? 0) + 5] },
  };
  const text = (some: unknown[]) => Uint8Array.from(Buffer.from(JSON.stringify(some), 'utf8'));
  const edited = (bytes: Bytes, wanted: typeof jsonAnswer) =>
    wanted === jsonAnswer ? json.reduce(mutateJson, bytes) : bytes;
  return {
    series: edited(text([first]), 'series'),
    metadata: edited(text(place === 'alone' ? [first] : [first, next]), 'metadata'),
    uids: place === 'alone' ? [own] : [own, moved],
  };
}
