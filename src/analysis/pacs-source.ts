import type { LimitsConfig } from '../config-schema.ts';
import { headerFromSeriesJson, headersFromDicomJson } from '../dicom/header-from-json.ts';
import { imageCounter } from '../dicom/listed-images.ts';
import type { DicomJson } from '../dicomweb/dicom-json.ts';
import type { PacsClient } from '../dicomweb/open-pacs.ts';
import { LobarError, type Notice } from '../errors.ts';
import { mapInParallel } from './map-in-parallel.ts';
import { type Fallback, retrieveListed } from './retrieve-listed.ts';
import type { StudySource } from './study-source.ts';

/** How many /metadata requests are open at once; more would compete with each other for the same disk. */
const metadataParallel = 4;

/**
 * A study in a PACS: QIDO-RS for its series, /metadata for the geometry of those that hold CT, WADO-RS for one.
 * Its warnings are complete when the instances have been retrieved.
 */
export function pacsSource(pacs: PacsClient, studyUid: string, limits: LimitsConfig): StudySource {
  const warnings: Notice[] = [];
  const onFallback = (fallback: Fallback) => warnings.push(oneByOne(fallback));
  return {
    studyUid,
    pacs: { name: pacs.name, url: pacs.url },
    warnings,
    async listSeries(signal) {
      const found = (await pacs.searchSeries(studyUid, { signal })).map(headerFromSeriesJson);
      const countImages = imageCounter(limits);
      const offer = async (series: (typeof found)[number], signal: AbortSignal) => {
        const uid = series.seriesInstanceUid;
        // A series that is not CT is refused by its modality alone; its instances need not be asked for.
        if (series.modality !== 'CT') return { uid, headers: [series] };
        const read = async (dataset: DicomJson) => {
          const frames = await headersFromDicomJson(dataset, limits);
          countImages(uid, frames.length);
          return frames;
        };
        const headers = await pacs
          .retrieveMetadata(studyUid, uid, { signal }, read)
          .catch((error: unknown) => Promise.reject(listedOnly(error, pacs.name)));
        return { uid, headers: headers.flat() };
      };
      return await mapInParallel(found, metadataParallel, signal, offer);
    },
    instances: (seriesUid, signal, listed) =>
      retrieveListed(pacs, { studyUid, seriesUid, listed, signal, onFallback }),
    incomplete: (listed, received) =>
      new LobarError('pacs-incomplete', {
        pacs: pacs.name,
        problem: `${received} of ${listed} instances arrived`,
      }),
    seriesNotFound: (seriesUid) =>
      new LobarError(
        'series-not-found',
        { pacs: pacs.name },
        { details: { studyInstanceUid: studyUid, seriesInstanceUid: seriesUid } },
      ),
  };
}

/** A series that a PACS lists and then does not know is its own contradiction, no wrong UID of the caller. */
function listedOnly(error: unknown, pacs: string): unknown {
  if (!(error instanceof LobarError) || error.code !== 'series-not-found') return error;
  const problem = 'it lists a series and has no metadata of its instances';
  return new LobarError('pacs-incomplete', { pacs, problem }, { cause: error, details: error.details });
}

function oneByOne({ why, fetched, listed }: Fallback): Notice {
  const text = `The series could not be had in one stream (${why}); ${fetched} of ${listed} instances were fetched one by one.`;
  return { code: 'retrieved-one-by-one', text };
}
