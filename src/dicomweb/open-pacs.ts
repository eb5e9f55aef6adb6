import { api } from 'dicomweb-client';
import type { LimitsConfig, PacsConfig } from '../config-schema.ts';
import { LobarError } from '../errors.ts';
import { type DicomJson, isDicomJson } from './dicom-json.ts';
import { DicomwebRequest, type DicomwebRequestOptions } from './dicomweb-request.ts';
import { readDatasets, readJson } from './read-json.ts';
import { retrieveSeries } from './retrieve-series.ts';
import { type StoreResult, storeResult } from './store-result.ts';
import { openTransport } from './transport.ts';
import { assertSeriesListed, assertUid } from './uid.ts';

export interface PacsOptions {
  /** Aborts the request: `cancelled`, or the LobarError it was aborted with. */
  readonly signal: AbortSignal;
}

/**
 * One PACS by DICOMweb (PS3.18). Every method fails with LobarErrors: `request-invalid` (a UID's syntax),
 * `pacs-unreachable`, `pacs-timeout`, `pacs-error`, `pacs-incomplete`, `pacs-response-invalid`,
 * `limit-exceeded`, `cancelled`, `shutting-down` after close. UIDs are in their details only.
 */
export interface PacsClient {
  readonly name: string;
  /**
   * QIDO-RS: the series of a study, each with a UID that the other methods take.
   * @throws LobarError `study-not-found` also when there are none.
   */
  searchSeries(studyUid: string, options: PacsOptions): Promise<DicomJson[]>;
  /**
   * WADO-RS metadata: of each dataset of a series, which is without bulk data, what `each` makes of it. The
   * datasets themselves are not kept: thousands of them are a hundred megabytes.
   * @throws LobarError `series-not-found`; and what `each` throws.
   */
  retrieveMetadata<Item>(
    studyUid: string,
    seriesUid: string,
    options: PacsOptions,
    each: (dataset: DicomJson) => Item,
  ): Promise<Item[]>;
  /** WADO-RS: the Part 10 instances of a series as they arrive. @throws LobarError `series-not-found`. */
  retrieveSeries(studyUid: string, seriesUid: string, options: PacsOptions): AsyncIterable<Uint8Array>;
  /** STOW-RS: stores Part 10 instances; the result says of each whether it was stored. */
  storeInstances(
    studyUid: string | undefined,
    instances: readonly Uint8Array[],
    options: PacsOptions,
  ): Promise<StoreResult>;
  /** Closes every connection; requests under way fail with `shutting-down`. */
  close(): Promise<void>;
}

/** What is used of dicomweb-client; its own declarations leave `request` out of searchForSeries. */
interface DicomwebLibrary {
  searchForSeries(options: { studyInstanceUID: string; request: LibraryRequest }): Promise<unknown>;
  retrieveSeriesMetadata(options: {
    studyInstanceUID: string;
    seriesInstanceUID: string;
    request: LibraryRequest;
  }): Promise<unknown>;
  storeInstances(options: {
    studyInstanceUID?: string;
    datasets: ArrayBuffer[];
    request: LibraryRequest;
  }): Promise<unknown>;
}
interface LibraryRequest {
  readonly instance: DicomwebRequest;
}

/**
 * A client of the PACS configured under `name`. Opens no connection yet.
 *
 * @throws LobarError `config-invalid` when its file of certificate authorities cannot be read.
 */
export function openPacs(name: string, config: PacsConfig, limits: LimitsConfig): PacsClient {
  const transport = openTransport(name, config);
  // Not verbose: it would print requests with their Authorization header to the console.
  const library = new api.DICOMwebClient({
    url: transport.root,
    singlepart: false,
    verbose: false,
  }) as unknown as DicomwebLibrary;

  async function call(
    options: Omit<DicomwebRequestOptions, 'transport' | 'jsonBytes'>,
    run: (request: LibraryRequest) => Promise<unknown>,
  ): Promise<unknown> {
    const instance = new DicomwebRequest({ ...options, transport, jsonBytes: limits.jsonBytes });
    return await run({ instance }).catch((error: unknown) => {
      throw instance.failure ?? error;
    });
  }

  const notFound =
    (code: 'study-not-found' | 'series-not-found', studyUid: string, seriesUid?: string) => () =>
      new LobarError(
        code,
        { pacs: name },
        { details: { studyInstanceUid: studyUid, ...(seriesUid && { seriesInstanceUid: seriesUid }) } },
      );

  async function list<Item>(
    operation: string,
    notFound: () => LobarError,
    signal: AbortSignal,
    each: (dataset: DicomJson) => Item,
    run: (request: LibraryRequest) => Promise<unknown>,
  ): Promise<Item[]> {
    // The library hands on what readDatasets gave, or an empty list of its own for a 204.
    const read = readDatasets(each);
    const items = (await call({ operation, read, answers: [], notFound, signal }, run)) as Item[];
    if (items.length === 0) throw notFound();
    return items;
  }

  return {
    name,
    async searchSeries(studyUid, { signal }) {
      assertUid('StudyInstanceUID', studyUid);
      const missing = notFound('study-not-found', studyUid);
      const listed = (series: DicomJson) => {
        assertSeriesListed(name, series);
        return series;
      };
      return await list('QIDO-RS search for series', missing, signal, listed, (request) =>
        library.searchForSeries({ studyInstanceUID: studyUid, request }),
      );
    },
    async retrieveMetadata(studyUid, seriesUid, { signal }, each) {
      assertUid('StudyInstanceUID', studyUid);
      assertUid('SeriesInstanceUID', seriesUid);
      const missing = notFound('series-not-found', studyUid, seriesUid);
      return await list('WADO-RS retrieval of metadata', missing, signal, each, (request) =>
        library.retrieveSeriesMetadata({ studyInstanceUID: studyUid, seriesInstanceUID: seriesUid, request }),
      );
    },
    async *retrieveSeries(studyUid, seriesUid, { signal }) {
      assertUid('StudyInstanceUID', studyUid);
      assertUid('SeriesInstanceUID', seriesUid);
      const path = `/studies/${studyUid}/series/${seriesUid}`;
      const missing = notFound('series-not-found', studyUid, seriesUid);
      yield* retrieveSeries(transport, limits, path, missing, signal);
    },
    async storeInstances(studyUid, instances, { signal }) {
      if (studyUid !== undefined) assertUid('StudyInstanceUID', studyUid);
      const operation = 'STOW-RS storage';
      const answer = await call(
        {
          operation,
          read: readJson,
          answers: [202, 409],
          notFound: () => new LobarError('pacs-error', { pacs: name, status: 404, operation }),
          signal,
        },
        (request) =>
          library.storeInstances({
            ...(studyUid === undefined ? {} : { studyInstanceUID: studyUid }),
            datasets: instances.map(tightBuffer),
            request,
          }),
      );
      const dataset: unknown = Array.isArray(answer) ? answer[0] : answer;
      if (isDicomJson(dataset)) return storeResult(dataset);
      const problem = 'its answer to STOW-RS is not a DICOM JSON dataset';
      throw new LobarError('pacs-response-invalid', { pacs: name, problem });
    },
    close: () => transport.close(),
  };
}

/** dicomweb-client takes whole ArrayBuffers; an array that fills its own is not copied. */
function tightBuffer(bytes: Uint8Array): ArrayBuffer {
  const { buffer, byteLength } = bytes;
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength
    ? buffer
    : new Uint8Array(bytes).buffer;
}
