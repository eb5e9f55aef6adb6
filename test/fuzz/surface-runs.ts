import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseSeries } from '../../src/analysis/choose-series.ts';
import { fileSource } from '../../src/analysis/file-source.ts';
import { pacsSource } from '../../src/analysis/pacs-source.ts';
import { retrieve } from '../../src/analysis/retrieve.ts';
import type { StudySource } from '../../src/analysis/study-source.ts';
import type { Config } from '../../src/config-schema.ts';
import type { DecodePool } from '../../src/dicom/decode-pool.ts';
import { type IngestedSeries, ingestSeries } from '../../src/dicom/ingest-series.ts';
import { boundaryOf, parseMultipartRelated, seriesLimits } from '../../src/dicomweb/multipart-related.ts';
import { openPacs } from '../../src/dicomweb/open-pacs.ts';
import { LobarError } from '../../src/errors.ts';
import type { FuzzInput } from './fuzz-input.ts';
import type { PlayedPacs } from './played-pacs.ts';

export interface Surroundings {
  readonly pool: DecodePool;
  readonly config: Config;
  readonly pacs: PlayedPacs;
}

/** Runs an input the way bytes of its kind come in; undefined where the answer is a finished one without a volume. */
export async function runInput(input: FuzzInput, world: Surroundings): Promise<IngestedSeries | undefined> {
  const { limits } = world.config;
  switch (input.surface) {
    case 'series':
      return await ingest(oneByOne(input.parts), world);
    case 'multipart':
      return await ingest(partsOf(input, limits), world);
    case 'files':
      return await inFolder(input.parts, async (folder) => choose(await fileSource([folder], limits), world));
    case 'pacs':
      return await fromPacs(input, world);
    case 'upload':
    case 'mask':
      throw new Error('An upload is run against the service, a mask by mask-run.ts.');
  }
}

function ingest(
  instances: AsyncIterable<Uint8Array>,
  { pool, config }: Surroundings,
): Promise<IngestedSeries> {
  const { signal } = new AbortController();
  return ingestSeries(instances, { pool, limits: config.limits, signal, force: true });
}

async function* oneByOne(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}

async function* partsOf(input: FuzzInput, limits: Config['limits']): AsyncGenerator<Uint8Array> {
  const boundary = boundaryOf(input.contentType);
  if (boundary === undefined) throw new LobarError('media-type-unsupported', { problem: 'no boundary' });
  const parts = parseMultipartRelated(chunksOf(input), boundary, limits, seriesLimits);
  for await (const { body } of parts) yield body;
}

async function* chunksOf({ parts, chunkBytes }: FuzzInput): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    for (let at = 0; at < part.length; at += chunkBytes) yield part.subarray(at, at + chunkBytes);
  }
}

async function choose(
  source: StudySource,
  { pool, config }: Surroundings,
): Promise<IngestedSeries | undefined> {
  const { signal } = new AbortController();
  const chosen = await chooseSeries(source, { force: true }, config.eligibility, signal);
  if (chosen.kind === 'ineligible') return undefined;
  return await retrieve(source, chosen, {
    decodePool: pool,
    limits: config.limits,
    force: true,
    signal,
    onProgress() {},
  });
}

async function inFolder<Result>(
  files: readonly Uint8Array[],
  run: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'lobar-fuzz-files-'));
  try {
    for (const [index, bytes] of files.entries()) await writeFile(join(folder, `${index}.dcm`), bytes);
    return await run(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function fromPacs(input: FuzzInput, world: Surroundings): Promise<IngestedSeries | undefined> {
  const { main } = world.config.pacs;
  if (main === undefined) throw new Error('The configuration of the fuzzer names no PACS.');
  const pacs = openPacs('main', main, world.config.limits);
  world.pacs.play(input);
  try {
    return await choose(pacsSource(pacs, studyOf(input), world.config.limits), world);
  } finally {
    await pacs.close();
  }
}

/** The study that a caller would ask for: that of the instance, if it has one still. */
function studyOf({ parts }: FuzzInput): string {
  const text = Buffer.from(parts[1] ?? []).toString('latin1');
  return /"0020000D":\{"vr":"UI","Value":\["([\d.]{1,64})"\]/.exec(text)?.[1] ?? '2.25.1';
}
