/** Which errors of the table an answer may hold, by operation. A new code is one of every analysis until it is put into a list here. */
import { type ErrorCode, errorTable } from '../../errors.ts';
import { pacsCodes } from '../../errors-pacs.ts';

/** Of a start, of the command line and its client, or of a caller who is gone: no answer over HTTP holds them. */
const neverAnswered = [
  'address-unavailable',
  'cancelled',
  'cohort-invalid',
  'mask-grid-mismatch',
  'mask-invalid',
  'message-unreadable',
  'model-checksum-mismatch',
  'model-load-failed',
  'model-manifest-invalid',
  'model-missing',
  'provider-unavailable',
  'service-answer-invalid',
  'service-broke-off',
  'service-refused',
  'service-unavailable',
  'service-unreachable',
  'usage-invalid',
] as const satisfies readonly ErrorCode[];

export type AnsweredCode = Exclude<ErrorCode, (typeof neverAnswered)[number]>;

const without = <Code extends ErrorCode>(codes: readonly Code[], left: readonly ErrorCode[]): Code[] =>
  codes.filter((code) => !left.includes(code));

/** Every code that an answer may hold. */
export const answeredCodes = without(Object.keys(errorTable) as AnsweredCode[], neverAnswered);

/** What a path answers whatever it does. */
const always = ['method-not-allowed', 'internal'] as const satisfies readonly AnsweredCode[];
/** And whatever is asked for by anybody but the platform. */
const ofAll = [...always, 'rate-limited'] as const satisfies readonly AnsweredCode[];
/** Of whoever has to say who he is. */
const ofCallers = [
  'request-invalid',
  'credentials-missing',
  'token-invalid',
  'scope-insufficient',
  'certificate-refused',
  'host-refused',
  'issuer-unavailable',
] as const satisfies readonly AnsweredCode[];

/** Of the reading page, which is no operation. */
const ofPage = ['page-not-built'] as const satisfies readonly AnsweredCode[];
const unknownResource = ['route-not-found'] as const satisfies readonly AnsweredCode[];
/** Of answers that are a document alone. */
const ofDocuments = ['not-eligible'] as const satisfies readonly AnsweredCode[];
const ofUploads = ['upload-stalled', 'several-studies'] as const satisfies readonly AnsweredCode[];
const ofParameters = [
  'identifier-system-unknown',
  'study-ambiguous',
  'task-not-found',
  'task-not-open',
  'task-not-updated',
] as const satisfies readonly AnsweredCode[];

/** Of a job that has ended, and of whoever asks for one. */
const ofJobs = ['analysis-not-found', 'process-lost'] as const satisfies readonly AnsweredCode[];
/** Of putting one into the queue. */
const ofQueueing = [
  'analysis-forgotten',
  'idempotency-key-reused',
  'queue-unavailable',
] as const satisfies readonly AnsweredCode[];

/** Of asking a PACS what it holds. */
const ofListing = [
  'endpoint-unknown',
  'study-not-found',
  ...without(pacsCodes, ['store-refused']),
  'address-blocked',
  'proxy-failed',
  'config-invalid',
] as const satisfies readonly AnsweredCode[];

/** Of looking into one for who reads. */
const ofLooking = [
  ...ofListing,
  'limit-exceeded',
  'at-capacity',
  'shutting-down',
  'audit-unavailable',
] as const satisfies readonly AnsweredCode[];

/** The codes that an operation may answer, by the kind of the operation. */
export const errorsOf = {
  health: always,
  reading: ofAll,
  protectedReading: [...ofAll, ...ofCallers],
  analysis: without(answeredCodes, [...ofPage, ...unknownResource, ...ofParameters, ...ofJobs]),
  worklist: [...ofAll, ...ofCallers, ...ofLooking, 'media-type-unsupported'],
  inspection: [...ofAll, ...ofCallers, ...unknownResource, ...ofLooking, 'no-images', 'dicom-invalid'],
  // An id that is longer than any is no part of a route.
  job: [
    ...ofAll,
    ...ofCallers,
    ...unknownResource,
    'not-acceptable',
    'analysis-not-found',
    'queue-unavailable',
  ],
  studyStable: [
    ...ofAll,
    ...ofCallers,
    ...ofListing,
    'media-type-unsupported',
    'limit-exceeded',
    'publish-not-configured',
    'queue-unavailable',
    'at-capacity',
    'shutting-down',
  ],
  fhirAnalysis: without(answeredCodes, [
    ...ofPage,
    ...unknownResource,
    ...ofDocuments,
    ...ofUploads,
    ...ofJobs,
    ...ofQueueing,
  ]),
  protectedResource: [...ofAll, ...unknownResource],
  fhirReading: [...ofAll, 'not-acceptable'],
  fhirDefinition: [...ofAll, 'not-acceptable', ...unknownResource],
  fhirSearch: [...ofAll, 'not-acceptable', 'request-invalid'],
  fhirForm: [...ofAll, 'not-acceptable', 'request-invalid', 'media-type-unsupported', 'limit-exceeded'],
} as const satisfies Readonly<Record<string, readonly AnsweredCode[]>>;
