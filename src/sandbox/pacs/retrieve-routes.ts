import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { readAhead } from '../../read-ahead.ts';
import { datasetToJson } from './dicom-json.ts';
import type { IndexedInstance, InstanceIndex } from './instance-index.ts';
import { assertAcceptable, assertJsonAcceptable } from './negotiate-syntax.ts';
import { readDatasetFile } from './read-dataset.ts';

interface Target {
  readonly Params: { readonly study: string; readonly series?: string; readonly instance?: string };
}

const paths = [
  '/studies/:study',
  '/studies/:study/series/:series',
  '/studies/:study/series/:series/instances/:instance',
];
/** A file up to this size is read whole; of a larger one so much at a time. */
const wholeBytes = 1024 * 1024;
/** How many files are read while one is sent. */
const aheadFiles = 2;

/** WADO-RS (PS3.18 10.4): a study, series or instance, and the metadata of each. */
export function retrieveRoutes(app: FastifyInstance, index: InstanceIndex): void {
  const found = ({ params: { study, series, instance } }: FastifyRequest<Target>) =>
    index.instances(study, series, instance);

  for (const path of paths) {
    app.get<Target>(path, (request, reply) => {
      const instances = found(request);
      if (instances.length === 0) return notHere(reply);
      assertAcceptable(
        request.headers.accept,
        instances.map(({ transferSyntaxUid }) => transferSyntaxUid),
      );
      const boundary = randomUUID();
      const body = Readable.from(multipart(instances, boundary), { objectMode: false });
      return reply.type(`multipart/related; type="application/dicom"; boundary=${boundary}`).send(body);
    });

    app.get<Target>(`${path}/metadata`, async (request, reply) => {
      const instances = found(request);
      if (instances.length === 0) return notHere(reply);
      assertJsonAcceptable(request.headers.accept);
      const body = Readable.from(jsonArray(instances), { objectMode: false });
      return reply.type('application/dicom+json').send(body);
    });
  }
}

/** The files as they lie on disk, one part each (PS3.18 8.7.1.2). A file that is gone by now breaks the body off. */
async function* multipart(instances: readonly IndexedInstance[], boundary: string): AsyncGenerator<Buffer> {
  let delimiter = `--${boundary}`;
  for await (const { transferSyntaxUid, size, content } of readAhead(instances, aheadFiles, openPart)) {
    const type = `application/dicom; transfer-syntax=${transferSyntaxUid}`;
    // As Orthanc does: who receives it then knows how much memory to have at hand.
    yield Buffer.from(`${delimiter}\r\nContent-Type: ${type}\r\nContent-Length: ${size}\r\n\r\n`);
    yield* content;
    delimiter = `\r\n--${boundary}`;
  }
  yield Buffer.from(`${delimiter}--\r\n`);
}

/** A small file is read whole, which takes half the time of a stream; a large one when, and as, it is asked for. */
async function openPart({ file, transferSyntaxUid }: IndexedInstance) {
  const { size } = await stat(file);
  if (size > wholeBytes) return { transferSyntaxUid, size, content: readInPieces(file, size) };
  const whole = await readFile(file);
  return { transferSyntaxUid, size: whole.length, content: [whole] };
}

/** Opened when it is its turn: who leaves before leaves no file open. */
async function* readInPieces(file: string, size: number): AsyncGenerator<Buffer> {
  yield* createReadStream(file, { highWaterMark: wholeBytes, end: size - 1 });
}

/** Sent as they are read: who asked can parse the first ones meanwhile. A file that is gone breaks the body off. */
async function* jsonArray(instances: readonly IndexedInstance[]): AsyncGenerator<Buffer> {
  let before = '[';
  // What waits is text: a header may be as large as its file.
  const textOf = async ({ file }: IndexedInstance) =>
    JSON.stringify(datasetToJson(await readDatasetFile(file)));
  for await (const text of readAhead(instances, aheadFiles, textOf)) {
    yield Buffer.from(before + text);
    before = ',';
  }
  yield Buffer.from(']');
}

function notHere(reply: FastifyReply): FastifyReply {
  return reply.code(404).type('text/plain').send('This PACS holds nothing under that path.\n');
}
