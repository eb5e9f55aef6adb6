import { api } from 'dicomweb-client';
import type { LimitsConfig, PacsConfig } from '../config-schema.ts';
import { LobarError } from '../errors.ts';
import type { OutboundConfig } from '../outbound/open-agent.ts';
import { allPages, type Page } from './all-pages.ts';
import type { DicomJson } from './dicom-json.ts';
import { DicomwebRequest, type DicomwebRequestOptions } from './dicomweb-request.ts';
import { everyPage, type StudyQuery, studyParameters } from './list-studies.ts';
import { negotiatedGet } from './negotiated-get.ts';
import type { PacsOperation } from './pacs-operations.ts';
import { type EachDataset, readDatasets } from './read-json.ts';
import { type AlreadyReceived, retrieveInstances } from './retrieve-instances.ts';
import { retrieveSeries } from './retrieve-series.ts';
import { assertStudyListed, exactValue, studiesOfAccession, studyUid } from './search-studies.ts';
import { storeInstances } from './store-instances.ts';
import type { StoreResult } from './store-result.ts';
import { openTransport } from './transport.ts';
import { assertInstancesListed, assertSeriesListed, assertUid, instanceUid, listedUid } from './uid.ts';
import { withRetries } from './with-retries.ts';

export interface PacsOptions {
  /** Aborts the request: `cancelled`, or the LobarError it was aborted with. */
  readonly signal: AbortSignal;
}

/**
 * One PACS by DICOMweb (PS3.18). Every method fails with LobarErrors: `request-invalid` (a UID's syntax),
 * `pacs-unreachable`, `pacs-timeout`, `pacs-busy`, `pacs-error`, `pacs-incomplete`,
 * `pacs-response-invalid`, `limit-exceeded`, `cancelled`, `shutting-down` after close. UIDs are in their details only.
 */
export interface PacsClient {
  readonly name: string;
  /** DICOMweb root. */
  readonly url: string;
  /**
   * QIDO-RS: the StudyInstanceUIDs of the studies with an accession number, exactly that one; may be none.
   * @throws LobarError `request-invalid` for one that a search would read as a pattern.
   */
  searchStudies(query: { readonly accession: string }, options: PacsOptions): Promise<string[]>;
  /** QIDO-RS: what it tells of every study that matches, each with a UID; may be none. */
  listStudies(query: StudyQuery, options: PacsOptions): Promise<DicomJson[]>;
  /**
   * QIDO-RS: the series of a study, each with a UID that the other methods take.
   * @throws LobarError `study-not-found` also when there are none.
   */
  searchSeries(
    studyUid: string,
    options: PacsOptions & {
      /** Tags of attributes that a PACS need not tell by itself. */
      readonly include?: readonly string[];
    },
  ): Promise<DicomJson[]>;
  /** QIDO-RS: the SOPInstanceUIDs of a series; none where the PACS has no such study or series. */
  searchInstances(studyUid: string, seriesUid: string, options: PacsOptions): Promise<string[]>;
  /**
   * WADO-RS metadata: of each dataset of a series, which is without bulk data, what `each` makes of it. The
   * datasets themselves are not kept: thousands of them are a hundred megabytes.
   * @throws LobarError `series-not-found`; and what `each` throws.
   */
  retrieveMetadata<Item>(
    studyUid: string,
    seriesUid: string,
    options: PacsOptions,
    each: EachDataset<Item>,
  ): Promise<Item[]>;
  /** WADO-RS: the Part 10 instances of a series as they arrive. @throws LobarError `series-not-found`. */
  retrieveSeries(studyUid: string, seriesUid: string, options: PacsOptions): AsyncIterable<Uint8Array>;
  /**
   * WADO-RS: Part 10 instances of a series, by one request each; `already` counts for the limits of the series.
   * @throws LobarError `pacs-incomplete` where one is not there.
   */
  retrieveInstances(
    studyUid: string,
    seriesUid: string,
    sopInstanceUids: readonly string[],
    options: PacsOptions & { readonly already: AlreadyReceived },
  ): AsyncIterable<Uint8Array>;
  /** What is made of an analysis and stored here. */
  readonly store: PacsConfig['store'];
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
  searchForStudies(options: {
    queryParams: Readonly<Record<string, string | number>>;
    request: LibraryRequest;
  }): Promise<unknown>;
  searchForSeries(options: {
    studyInstanceUID: string;
    queryParams?: Readonly<Record<string, string | number>>;
    request: LibraryRequest;
  }): Promise<unknown>;
  retrieveSeriesMetadata(options: {
    studyInstanceUID: string;
    seriesInstanceUID: string;
    request: LibraryRequest;
  }): Promise<unknown>;
  searchForInstances(options: {
    studyInstanceUID: string;
    seriesInstanceUID: string;
    queryParams?: Readonly<Record<string, string | number>>;
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
export function openPacs(
  name: string,
  config: PacsConfig,
  limits: LimitsConfig,
  outbound?: OutboundConfig,
): PacsClient {
  const transport = withRetries(openTransport(name, config, outbound), config.retries);
  const get = negotiatedGet(transport);
  // Not verbose: it would print requests with their Authorization header to the console.
  const library = new api.DICOMwebClient({
    url: transport.root,
    singlepart: false,
    verbose: false,
  }) as unknown as DicomwebLibrary;

  async function call(
    options: Omit<DicomwebRequestOptions, 'transport' | 'jsonBytes'>,
    run: (request: LibraryRequest) => Promise<unknown>,
  ): Promise<{ answer: unknown; isPartial: boolean }> {
    const instance = new DicomwebRequest({ ...options, transport, jsonBytes: limits.jsonBytes });
    const answer = await run({ instance }).catch((error: unknown) => {
      throw instance.failure ?? error;
    });
    return { answer, isPartial: instance.isPartial };
  }

  const notFound =
    (code: 'study-not-found' | 'series-not-found', studyUid: string, seriesUid?: string) => () =>
      new LobarError(
        code,
        { pacs: name },
        { details: { studyInstanceUid: studyUid, ...(seriesUid && { seriesInstanceUid: seriesUid }) } },
      );

  async function list<Item>(
    operation: PacsOperation,
    notFound: () => LobarError,
    signal: AbortSignal,
    each: EachDataset<Item>,
    run: (request: LibraryRequest) => Promise<unknown>,
  ): Promise<Page<Item>> {
    // The library hands on what readDatasets gave, or an empty list of its own for a 204.
    const read = readDatasets(each);
    const { answer, isPartial } = await call({ operation, read, notFound, signal }, run);
    return { items: answer as Item[], more: isPartial };
  }

  return {
    name,
    url: transport.root,
    store: config.store,
    async searchStudies({ accession }, { signal }) {
      const AccessionNumber = exactValue('accession number', accession);
      const missing = () => new LobarError('study-not-found', { pacs: name });
      const listed = (study: DicomJson) => assertStudyListed(name, study);
      const found = await allPages(name, studyUid, (offset) =>
        list('QIDO-RS search for studies', missing, signal, listed, (request) =>
          library.searchForStudies({
            queryParams: { AccessionNumber, ...(offset === 0 ? {} : { offset }) },
            request,
          }),
        ),
      );
      return studiesOfAccession(found, AccessionNumber);
    },
    async listStudies(query, { signal }) {
      const parameters = studyParameters(query);
      const missing = () => new LobarError('study-not-found', { pacs: name });
      const listed = (study: DicomJson) => assertStudyListed(name, study);
      const page = (offset: number) =>
        list('QIDO-RS search for studies', missing, signal, listed, (request) =>
          library.searchForStudies({
            queryParams: { ...parameters, ...(offset === 0 ? {} : { offset }) },
            request,
          }),
        );
      return query.study === undefined ? await everyPage(name, page) : [...(await page(0)).items];
    },
    async searchSeries(studyUid, { signal, include = [] }) {
      assertUid('StudyInstanceUID', studyUid);
      const missing = notFound('study-not-found', studyUid);
      const listed = (series: DicomJson) => {
        assertSeriesListed(name, series);
        return series;
      };
      const found = await allPages(name, listedUid, (offset) =>
        list('QIDO-RS search for series', missing, signal, listed, (request) =>
          library.searchForSeries({
            studyInstanceUID: studyUid,
            ...withParameters({
              ...(include.length === 0 ? {} : { includefield: include.join(',') }),
              // Only for what a PACS left out: not every one knows the parameter.
              ...(offset === 0 ? {} : { offset }),
            }),
            request,
          }),
        ),
      );
      if (found.length === 0) throw missing();
      return found;
    },
    async searchInstances(studyUid, seriesUid, { signal }) {
      assertUid('StudyInstanceUID', studyUid);
      assertUid('SeriesInstanceUID', seriesUid);
      const missing = notFound('series-not-found', studyUid, seriesUid);
      const of = { studyInstanceUID: studyUid, seriesInstanceUID: seriesUid };
      const page = (offset: number) =>
        list('QIDO-RS search for instances', missing, signal, instanceUid, (request) =>
          library.searchForInstances({ ...of, ...withParameters(offset === 0 ? {} : { offset }), request }),
        );
      return await allPages(name, String, page).catch((error: unknown) => {
        if (error instanceof LobarError && error.code === 'series-not-found') return [];
        throw error;
      });
    },
    async retrieveMetadata(studyUid, seriesUid, { signal }, each) {
      assertUid('StudyInstanceUID', studyUid);
      assertUid('SeriesInstanceUID', seriesUid);
      const missing = notFound('series-not-found', studyUid, seriesUid);
      const { items } = await list('WADO-RS retrieval of metadata', missing, signal, each, (request) =>
        library.retrieveSeriesMetadata({ studyInstanceUID: studyUid, seriesInstanceUID: seriesUid, request }),
      );
      if (items.length === 0) throw missing();
      return [...items];
    },
    async *retrieveSeries(studyUid, seriesUid, { signal }) {
      assertUid('StudyInstanceUID', studyUid);
      assertUid('SeriesInstanceUID', seriesUid);
      const path = `/studies/${studyUid}/series/${seriesUid}`;
      const missing = notFound('series-not-found', studyUid, seriesUid);
      yield* retrieveSeries(get, { pacs: name, path, limits, notFound: missing, signal });
    },
    async *retrieveInstances(studyUid, seriesUid, sopInstanceUids, { already, signal }) {
      assertUid('StudyInstanceUID', studyUid);
      assertUid('SeriesInstanceUID', seriesUid);
      assertInstancesListed(name, sopInstanceUids);
      const path = `/studies/${studyUid}/series/${seriesUid}`;
      const { parallelGets: parallel, retries } = config;
      const request = { pacs: name, path, sopInstanceUids, already, limits, parallel, retries, signal };
      yield* retrieveInstances(get, request);
    },
    async storeInstances(studyUid, instances, { signal }) {
      if (studyUid !== undefined) assertUid('StudyInstanceUID', studyUid);
      const path = studyUid === undefined ? '/studies' : `/studies/${studyUid}`;
      return await storeInstances(transport, instances, { path, jsonBytes: limits.jsonBytes, signal });
    },
    close: () => transport.close(),
  };
}

/** dicomweb-client makes a question mark of none. */
function withParameters(queryParams: Readonly<Record<string, string | number>>) {
  return Object.keys(queryParams).length === 0 ? {} : { queryParams };
}
