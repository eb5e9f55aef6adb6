import type { Endpoints, Publish, StudyInspection, StudyList } from './api.ts';
import { bytesOf } from './bytes-of.ts';
import { type AnalysisHooks, type FinishedAnalysis, followAnalysis } from './follow-analysis.ts';
import { sendUpload } from './send-upload.ts';
import { problemOf, ServiceProblem } from './service-problem.ts';

/** What the reader chose beside the study. */
export interface AnalysisWish {
  readonly publish: Publish;
  readonly ehr?: string | undefined;
  readonly language?: string | undefined;
}

export interface Service {
  endpoints(): Promise<Endpoints>;
  /** What is looked for goes in a body: addresses are logged on the way. */
  studies(criteria: StudyCriteria, signal: AbortSignal): Promise<StudyList>;
  inspect(study: string, pacs: string | undefined, signal: AbortSignal): Promise<StudyInspection>;
  analyse(
    wish: AnalysisWish & { readonly study: string; readonly pacs?: string | undefined },
    hooks: AnalysisHooks,
  ): Promise<FinishedAnalysis>;
  upload(
    wish: AnalysisWish & { readonly series?: string | undefined },
    files: readonly Blob[],
    hooks: AnalysisHooks,
  ): Promise<FinishedAnalysis>;
}

/** Absent or empty is whatever it is. */
export type StudyCriteria = Readonly<Partial<Record<'patientId' | 'accession' | 'date' | 'pacs', string>>>;

/** The documents that the page shows, or offers to be saved. */
const documents = ['pdf', 'html', 'png', 'volumes', 'dicom'] as const;

/** How requests say who asks. */
export interface Credentials {
  /** Of the header Authorization. */
  authorization(): string | undefined;
  /** The service does not, or no longer, take them (HTTP 401). */
  refused(): void;
}

/** The service that this page came from. Every call throws ServiceProblem, or an AbortError for its signal. */
export function openService(credentials: Credentials): Service {
  const address = (path: string, query: Readonly<Record<string, string | undefined>> = {}) => {
    const url = new URL(path, document.baseURI);
    for (const [name, value] of Object.entries(query)) if (value) url.searchParams.set(name, value);
    return url;
  };
  const headersOf = (accept: string): Record<string, string> => {
    const authorization = credentials.authorization();
    return { accept, ...(authorization === undefined ? {} : { authorization }) };
  };
  const noted = (problem: ServiceProblem) => {
    if (problem.status === 401) credentials.refused();
    return problem;
  };
  const ask = async (url: URL, init: RequestInit): Promise<Response> => {
    const answer = await fetch(url, { ...init, cache: 'no-store' });
    if (answer.ok) return answer;
    throw noted(problemOf(answer.status, await answer.text(), answer.headers.get('retry-after')));
  };
  const get = async <Document>(url: URL, signal?: AbortSignal): Promise<Document> => {
    const answer = await ask(url, { headers: headersOf('application/json'), ...(signal ? { signal } : {}) });
    return (await answer.json()) as Document;
  };

  return {
    endpoints: () => get(address('v1/endpoints')),
    async studies(criteria, signal) {
      const given = Object.fromEntries(Object.entries(criteria).filter(([, value]) => value !== ''));
      const answer = await ask(address('v1/studies/search'), {
        method: 'POST',
        headers: { ...headersOf('application/json'), 'content-type': 'application/json' },
        body: JSON.stringify(given),
        signal,
      });
      return (await answer.json()) as StudyList;
    },
    inspect: (study, pacs, signal) => get(address(`v1/studies/${study}`, { pacs }), signal),

    async analyse({ study, pacs, ehr, language, publish }, { signal, ...hooks }) {
      const answer = await ask(address('v1/analyses'), {
        method: 'POST',
        headers: { ...headersOf('text/event-stream'), 'content-type': 'application/json' },
        body: JSON.stringify({ study, pacs, ehr, language, publish, documents }),
        signal,
      });
      return await followAnalysis(bytesOf(answer.body), hooks);
    },

    async upload({ series, ehr, language, publish }, files, { signal, ...hooks }) {
      const query = { series, ehr, language, publish: String(publish), documents: documents.join(',') };
      const request = {
        url: address('v1/analyses', query),
        headers: headersOf('text/event-stream'),
        files,
      };
      try {
        return await followAnalysis(
          sendUpload(request, { signal, onSent: (share) => hooks.onProgress('upload', share) }),
          hooks,
        );
      } catch (thrown) {
        throw thrown instanceof ServiceProblem ? noted(thrown) : thrown;
      }
    },
  };
}
