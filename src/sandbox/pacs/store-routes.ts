import { createHash, randomUUID } from 'node:crypto';
import { renameSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { DicomJson, DicomJsonAttribute } from '../../dicomweb/dicom-json.ts';
import { parseMediaType } from '../../dicomweb/media-type.ts';
import { boundaryOf, parseMultipartRelated, uploadLimits } from '../../dicomweb/multipart-related.ts';
import { duplicateSopInstance } from '../../dicomweb/store-result.ts';
import { LobarError } from '../../errors.ts';
import { type IndexedInstance, type InstanceIndex, indexDataset } from './instance-index.ts';
import { parseDataset } from './read-dataset.ts';

interface StoreRequest {
  readonly Params: { readonly study?: string };
  readonly Body: AsyncIterable<Uint8Array>;
}

/** One instance of the answer: stored when it has no failure reason. */
interface Outcome {
  readonly instance?: IndexedInstance | undefined;
  readonly failureReason?: number;
}

/** Failure reasons of PS3.18 Table I.2-2: not of the study of the path; not readable as DICOM. */
const dataSetMismatch = 0xa900;
const cannotUnderstand = 0xc000;

const limits = {
  partHeaderBytes: 16 * 1024,
  bytesPerInstance: 2 ** 30,
  uploadBytes: 2 ** 33,
  uploadInstances: 100_000,
};

/** STOW-RS (PS3.18 10.5) of DICOM Part 10 objects, into the folder that the index was made from. */
export function storeRoutes(
  app: FastifyInstance,
  index: InstanceIndex,
  folder: string,
  root: () => string,
): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('multipart/related', (_request, payload, done) => done(null, payload));

  for (const path of ['/studies', '/studies/:study']) {
    app.post<StoreRequest>(path, async (request, reply) => {
      const boundary = dicomBoundary(request.headers['content-type']);
      const outcomes: Outcome[] = [];
      for await (const { body } of parseMultipartRelated(request.body, boundary, limits, uploadLimits)) {
        outcomes.push(await store(index, folder, request.params.study, body));
      }
      if (outcomes.length === 0)
        throw new LobarError('request-invalid', { problem: 'it holds no instances' });
      const failures = outcomes.filter(({ failureReason }) => failureReason !== undefined).length;
      const status = failures === 0 ? 200 : failures < outcomes.length ? 202 : 409;
      return reply
        .code(status)
        .type('application/dicom+json')
        .send(JSON.stringify(answer(outcomes, root())));
    });
  }
}

function dicomBoundary(contentType: string | undefined): string {
  const boundary = boundaryOf(contentType);
  const type = parseMediaType(contentType)?.parameters.get('type');
  if (boundary !== undefined && type?.toLowerCase() === 'application/dicom') return boundary;
  throw new LobarError('media-type-unsupported', {
    problem: 'it must be multipart/related; type="application/dicom" with a boundary',
  });
}

async function store(
  index: InstanceIndex,
  folder: string,
  studyUid: string | undefined,
  bytes: Uint8Array,
): Promise<Outcome> {
  const instance = identify(bytes, folder);
  if (instance === undefined) return { failureReason: cannotUnderstand };
  if (studyUid !== undefined && studyUid !== instance.studyUid)
    return { instance, failureReason: dataSetMismatch };
  if (index.has(instance.sopInstanceUid)) return { instance, failureReason: duplicateSopInstance };
  // Whole or not at all: a reader of the folder never meets half a file. A leading dot is not indexed.
  const partial = join(folder, `.${randomUUID()}`);
  try {
    await writeFile(partial, bytes);
    // Nothing awaited from here to the return: of two requests with one UID, the second finds the first.
    if (!index.add(instance)) return { instance, failureReason: duplicateSopInstance };
    renameSync(partial, instance.file);
    return { instance };
  } finally {
    await rm(partial, { force: true });
  }
}

/** The file's name is a hash of the SOP Instance UID: no text of the sender becomes part of a path. */
function identify(bytes: Uint8Array, folder: string): IndexedInstance | undefined {
  try {
    const named = indexDataset(parseDataset(bytes), '');
    if (named === undefined) return undefined;
    const name = createHash('sha256').update(named.sopInstanceUid).digest('hex');
    return { ...named, file: join(folder, `${name}.dcm`) };
  } catch (error) {
    if (error instanceof LobarError) return undefined;
    throw error;
  }
}

/** The response module of PS3.18 Table I.2-1: Referenced and Failed SOP Sequence, each where it has items. */
function answer(outcomes: readonly Outcome[], root: string): DicomJson {
  const items = (failed: boolean) =>
    outcomes
      .filter(({ failureReason }) => (failureReason !== undefined) === failed)
      .map((outcome) => describe(outcome, root));
  return Object.fromEntries(
    Object.entries({ '00081198': items(true), '00081199': items(false) })
      .filter(([, Value]) => Value.length > 0)
      .map(([tag, Value]) => [tag, { vr: 'SQ', Value }]),
  );
}

function describe({ instance, failureReason }: Outcome, root: string): DicomJson {
  const item: Record<string, DicomJsonAttribute> = {};
  if (instance !== undefined) {
    const { studyUid, seriesUid, sopInstanceUid, attributes } = instance;
    item['00081150'] = { vr: 'UI', Value: attributes['00080016']?.Value ?? [] };
    item['00081155'] = { vr: 'UI', Value: [sopInstanceUid] };
    if (failureReason === undefined) {
      const path = `studies/${studyUid}/series/${seriesUid}/instances/${sopInstanceUid}`;
      item['00081190'] = { vr: 'UR', Value: [`${root}/${path}`] };
    }
  }
  if (failureReason !== undefined) item['00081197'] = { vr: 'US', Value: [failureReason] };
  return item;
}
