/** What the service answers, as its OpenAPI document says. */
import type { components, operations } from '../../client/api.ts';

/** What an operation answers as JSON when all is well. */
type Answer<Name extends keyof operations> = operations[Name] extends {
  responses: { 200: { content: { 'application/json': infer Body } } };
}
  ? Body
  : never;

export type Analysis = components['schemas']['Analysis'];
export type Notice = Analysis['warnings'][number];
export type OtherSeries = NonNullable<Analysis['reasons']>[number];
export type Involvement = NonNullable<Analysis['involvement']>;
export type Publish = boolean | 'dry-run';
export type Endpoints = Answer<'listEndpoints'>;
/** By either name of the operation: the search has moved into a body. */
export type StudyList = Answer<'searchStudies'>;
export type ListedStudy = StudyList['studies'][number];
export type StudyInspection = Answer<'inspectStudy'>;
export type SignInPlan = Answer<'getSignIn'>;

type AnalysisDocument = NonNullable<Analysis['documents']>[number];
export type DocumentKind = AnalysisDocument['kind'];

/** Data of the event `document`: one piece of a file, base64 on its own. */
export interface DocumentPiece extends AnalysisDocument {
  /** From 1. */
  readonly part: number;
  readonly parts: number;
}

/** A file that came with an analysis. */
export interface ReceivedDocument extends Pick<AnalysisDocument, 'kind' | 'name' | 'title' | 'contentType'> {
  readonly blob: Blob;
}
