/** What a service sends, read as far as its client relies on it; more may be there, and is. */
import type { Language } from '../config-report.ts';
import { LobarError } from '../errors.ts';
import type { components } from './api.ts';

type Schemas = components['schemas'];
export type RemoteAnalysis = Schemas['Analysis'];
export type RemoteProblem = Schemas['Problem'];
export type RemoteRequest = Schemas['AnalysisRequest'] & {
  documents?: ('pdf' | 'html' | 'png' | 'dicom' | 'volumes')[];
  language?: Language;
};
export type RemoteProgress = Schemas['Progress'];
export type RemoteQueued = Schemas['Queued'];

/** That there is no Analysis: by the status of the answer, or by the last event of its stream. */
export interface Refusal {
  readonly kind: 'problem';
  readonly status: number;
  /** Absent where a proxy before the service answers, which is not there at the moment. */
  readonly problem?: RemoteProblem;
  /** Seconds after which asking again makes sense, if it does. */
  readonly retryAfter?: number;
}

/** @throws LobarError `service-answer-invalid` */
export function parseProgress(text: string): RemoteProgress {
  return withFields<RemoteProgress>(parseJson(text), { stage: 'string', fraction: 'number' });
}

/** @throws LobarError `service-answer-invalid` */
export function parseQueued(text: string): RemoteQueued {
  return withFields<RemoteQueued>(parseJson(text), { ahead: 'number' });
}

/** @throws LobarError `service-answer-invalid` */
export function parseAnalysis(text: string): RemoteAnalysis {
  return withFields<RemoteAnalysis>(parseJson(text), { id: 'string', outcome: 'string', study: 'object' });
}

/**
 * A problem that is told by the last event of a stream.
 *
 * @throws LobarError `service-answer-invalid`
 */
export function parseProblem(text: string): Refusal {
  const problem = asProblem(parseJson(text));
  const { status, details } = problem;
  const refusal = { kind: 'problem', status, problem } as const;
  // There is no header any more.
  const seconds = details?.['retryAfterSeconds'];
  return typeof seconds === 'number' ? { ...refusal, retryAfter: seconds } : refusal;
}

/** @throws LobarError `service-answer-invalid` */
export function asProblem(document: unknown): RemoteProblem {
  return withFields<RemoteProblem>(document, { code: 'string', status: 'number', detail: 'string' });
}

/** @throws LobarError `service-answer-invalid` */
export function requireMediaType({ status, headers }: Response, expected: string): void {
  const [type = ''] = (headers.get('content-type') ?? '').split(';');
  if (type.trim().toLowerCase() === expected) return;
  // A header of another may hold anything.
  const found = /^[\w.+/-]{1,80}$/.test(type) ? type : 'no known type';
  throw invalid(`it answered HTTP ${status} with ${found}, not ${expected}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('an event of its stream holds no JSON');
  }
}

function withFields<Document>(
  document: unknown,
  fields: Readonly<Partial<Record<keyof Document, 'string' | 'number' | 'object'>>>,
): Document {
  const given = (typeof document === 'object' ? (document ?? {}) : {}) as Record<string, unknown>;
  const missing = Object.entries(fields).find(([name, type]) => typeof given[name] !== type);
  if (missing !== undefined) throw invalid(`what it sent has no '${missing[0]}'`);
  return document as Document;
}

function invalid(problem: string): LobarError {
  return new LobarError('service-answer-invalid', { problem });
}
