/** The shape of the limits: what one input may cost. */
import { type Static, Type } from '@sinclair/typebox';
import { count, seconds, section } from './config-blocks.ts';

export const LimitsSchema = section(
  {
    inFlight: count(2, 'Analyses at work at once in this process: while one infers, the next is retrieved'),
    waiting: Type.Integer({
      minimum: 0,
      maximum: 10_000,
      default: 8,
      description: 'Analyses that may wait for one of these places; more are answered 503',
    }),
    waitSeconds: seconds(120, 'How long one waits for a place, before it is answered 503'),
    memoryBytes: Type.Integer({
      minimum: 0,
      maximum: 2 ** 45,
      default: 0,
      description:
        'Bytes of memory (RSS) that this process may take: an analysis is retrieved only when its estimated need has room. 0: nine tenths of what its container or machine has',
    }),
    requestsPerMinute: count(
      600,
      'Requests that one client may send to this process within a minute; more are answered 429',
    ),
    analysisSeconds: seconds(600, 'A whole analysis, from the PACS to the EHR, without its wait for a place'),
    drainSeconds: seconds(
      25,
      'What is at work or waits may go on for so long after SIGTERM; then it is answered 503',
    ),
    instances: count(2000, 'Instances of a series'),
    bytesPerInstance: count(512 * 2 ** 20, 'Bytes of one instance, which may hold many frames', 2 ** 31),
    frames: count(4000, 'Frames of one instance'),
    bytesPerSeries: count(2 * 2 ** 30, 'Bytes of a series as sent, and when inflated', 2 ** 36),
    imagesPerSeries: count(4000, 'Images of a series as listed, each frame one'),
    imagesPerStudy: count(
      40_000,
      'Images of all series that are listed together, each frame one: of a study, an upload or a folder',
    ),
    // Voxels are numbered by 32-bit integers with a sign.
    voxels: count(2 ** 30, 'Voxels of the decoded volume', 2 ** 31 - 1),
    rowsColumns: count(2048, 'Rows or columns of an image', 65_535),
    headerBytes: count(4 * 2 ** 20, 'Bytes before the pixel data of one instance', 2 ** 28),
    sequenceDepth: count(16, 'Sequences within one another in a header', 256),
    inflateRatio: count(100, 'Bytes that one byte of a deflated instance may become', 2000),
    partHeaderBytes: count(16 * 1024, 'Bytes of the header of one multipart part', 2 ** 20),
    jsonBytes: count(64 * 2 ** 20, 'Bytes of a JSON answer of PACS or EHR', 2 ** 30),
    requestBytes: count(64 * 1024, 'Bytes of a JSON request'),
    uploadIdleSeconds: seconds(30, 'How long to wait between two pieces of an upload'),
    uploadBytes: count(2 * 2 ** 30, 'Bytes of an uploaded study', 2 ** 36),
    uploadInstances: count(5000, 'Instances of an uploaded study, of all its series together'),
  },
  'Limits; over one of them the input is refused by its name',
);
export type LimitsConfig = Static<typeof LimitsSchema>;
