import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import type { AnalyzeRequest } from '../analysis/analyze.ts';
import { namedEndpoint } from '../analysis/named-endpoint.ts';
import { pacsSource } from '../analysis/pacs-source.ts';
import { publishTarget } from '../analysis/publish-target.ts';
import type { DocumentKind } from '../analysis/reporting/report-document.ts';
import { uploadSource } from '../analysis/upload-source.ts';
import { LobarError } from '../errors.ts';
import { documentTypes, fhirJson, isDocumentType, type Representation } from './negotiate.ts';
import type { AnalysisRequest, UploadQuery } from './routes/analyses-schema.ts';
import type { ServiceContext } from './service-context.ts';
import { uploadedInstances } from './uploaded-instances.ts';

export type AnalysesRequest = FastifyRequest<{ Body: unknown; Querystring: UploadQuery }>;

/**
 * What a request asks to have analysed, and how: by its JSON body, or by an upload and its query.
 *
 * @throws LobarError `request-invalid`, `endpoint-unknown`, `publish-not-configured`
 */
export function askedAnalysis(
  request: AnalysesRequest,
  representation: Representation,
  context: ServiceContext,
): Omit<AnalyzeRequest, 'id' | 'caller'> {
  const { source, archive, ehr, publish, series, accession, language, documents } = readRequest(
    request,
    context,
  );
  return {
    source,
    archive,
    seriesUid: series,
    // Spaces around it mean nothing (PS3.5 6.2, SH).
    accession: accession?.trim(),
    ehr: publish === false ? undefined : publishTarget(context, ehr),
    dryRun: publish === 'dry-run',
    documents: wantedDocuments(representation, documents),
    ...(language === undefined ? {} : { language }),
  };
}

interface Wish extends Pick<AnalysisRequest, 'series' | 'ehr' | 'accession' | 'language' | 'documents'> {
  readonly source: AnalyzeRequest['source'];
  /** None for an upload. */
  readonly archive?: AnalyzeRequest['archive'];
  readonly publish: boolean | 'dry-run';
}

function readRequest(request: AnalysesRequest, { config: { limits }, pacs }: ServiceContext): Wish {
  const { body, query } = request;
  if (body instanceof Readable) {
    const { publish = 'true', documents, ...rest } = query;
    return {
      ...rest,
      ...(documents === undefined ? {} : { documents: listedKinds(documents) }),
      source: (signal, reserve) =>
        uploadSource(uploadedInstances(request.headers, body, limits, signal), limits, reserve),
      publish: publish === 'dry-run' ? publish : publish === 'true',
    };
  }
  const { study, pacs: name, publish = true, callback, ...rest } = readJson(request);
  if (callback !== undefined) {
    throw new LobarError('request-invalid', { problem: 'body.callback needs Prefer: respond-async' });
  }
  const client = namedEndpoint('pacs', pacs, name);
  return { ...rest, source: async () => pacsSource(client, study, limits), archive: client, publish };
}

/**
 * The JSON body of a request that is no upload.
 *
 * @throws LobarError `request-invalid`
 */
export function readJson({ body, query }: AnalysesRequest): AnalysisRequest {
  if (typeof body !== 'object' || body === null) {
    throw new LobarError('request-invalid', { problem: 'a body is required, JSON or an upload' });
  }
  if (Object.keys(query).length > 0) {
    throw new LobarError('request-invalid', {
      problem: 'with a JSON body, options belong in the body, not in the query',
    });
  }
  // Any body that is no stream is JSON and has passed RequestSchema.
  return body as AnalysisRequest;
}

/** As the schema of the query has checked them, each once. */
function listedKinds(list: string): DocumentKind[] {
  const kinds = list.split(',') as DocumentKind[];
  if (new Set(kinds).size === kinds.length) return kinds;
  throw new LobarError('request-invalid', { problem: 'querystring.documents names one twice' });
}

/** The one that is the answer, or those that the answer has room for. */
function wantedDocuments(
  representation: Representation,
  documents: readonly DocumentKind[] | undefined,
): readonly DocumentKind[] {
  const isOne = isDocumentType(representation);
  if (documents !== undefined && (isOne || representation === fhirJson)) {
    throw new LobarError('request-invalid', {
      problem: 'documents come with Accept: application/json or text/event-stream alone',
    });
  }
  return isOne ? [documentTypes[representation]] : (documents ?? []);
}
