import { type Entry, entry, exitCode, type None } from './error-entry.ts';
import { authErrors } from './errors-auth.ts';
import { clientErrors } from './errors-client.ts';
import { ehrErrors } from './errors-ehr.ts';
import { jobErrors } from './errors-jobs.ts';
import { pacsErrors } from './errors-pacs.ts';
import { studyErrors } from './errors-study.ts';
import { withheld, withoutWords } from './withheld.ts';

export { exitCode } from './error-entry.ts';
export { noReport, notKnownNow } from './errors-ehr.ts';

const { internal, usage, inputUnusable, upstreamFailed } = exitCode;

/** What there is no room in. */
const taken = {
  place: 'All places are taken, and the line in front of them is full or does not move',
  memory: 'The memory for analyses is taken',
  queue: 'The queue is full',
} as const;

/**
 * Every error that Lobar can answer with, in one table: a stable code, the HTTP status (RFC 9110), the exit
 * code of the command line, a title, and one sentence that says what is wrong and what to do. The rows of a caller, of a
 * study, of a PACS, of an EHR and of a client stand in files of their own.
 *
 * A sentence never holds an identifier of a patient, a study or an instance: it goes into logs. What names
 * the thing (a UID) travels in `details`, which only the caller sees.
 */
// biome-ignore format: a table reads best with one row a code
export const errorTable = {
  // The request
  'request-invalid': entry<{ problem: string; definition?: string | undefined }>(400, usage, 'Malformed request',
    ({ problem, definition = '/openapi.json' }) => `The request is malformed: ${problem}. Compare it with ${definition}.`),
  'identifier-system-unknown': entry<{ parameter: string; known: readonly string[] }>(422, usage, 'Unknown identifier system',
    ({ parameter, known }) => `The identifier system of '${parameter}' is not one that is configured. Known: ${known.join(', ') || 'none'}. Name one of them, or configure it.`),
  'endpoint-unknown': entry<{ kind: 'pacs' | 'ehr' | 'callback'; known: readonly string[] }>(400, usage, 'Unknown endpoint name',
    ({ kind, known }) => `No ${kind} of that name is configured. Known: ${known.join(', ') || 'none'}.`),
  'route-not-found': entry<{ method: string } | { resource: string }>(404, usage, 'No such route', (asked) => 'resource' in asked ? `There is no such ${asked.resource}. GET /fhir/${asked.resource} lists what there is.` : `There is no ${asked.method} route at this path. GET /docs lists what there is.`),
  'page-not-built': entry<None>(404, usage, 'Page not built',
    () => 'The reading page was not built. Build it by npm run page and start the service again, or switch it off (page.enabled: false).'),
  'method-not-allowed': entry<{ method: string; allowed: readonly string[] }>(405, usage, 'Method not allowed',
    ({ method, allowed }) => `${method} is not offered at this path, but ${allowed.join(', ')}. GET /docs lists what there is.`),
  'media-type-unsupported': entry<{ problem: string }>(415, usage, 'Unsupported media type',
    ({ problem }) => `The body cannot be read: ${problem}.`),
  'not-acceptable': entry<{ offered: readonly string[] }>(406, usage, 'No acceptable representation',
    ({ offered }) => `What Accept (in FHIR also _format) asks for is not offered. Offered: ${offered.join(', ')}.`),
  'limit-exceeded': entry<{ limit: string; value: number; unit: string }>(413, inputUnusable, 'Over a limit',
    ({ limit, value, unit }) => `The input is over the limit ${limit} (${value} ${unit}). Raise it in the configuration if the input is legitimate.`),
  'upload-stalled': entry<{ seconds: number }>(408, inputUnusable, 'Upload stalled',
    ({ seconds }) => `Nothing of the upload arrived for ${seconds} s. Send it again.`),
  'at-capacity': entry<{ what: keyof typeof taken }>(503, upstreamFailed, 'At capacity',
    ({ what }) => `${taken[what]}. Send the request again after Retry-After seconds.`),
  'rate-limited': entry<{ limit: number }>(429, upstreamFailed, 'Too many requests',
    ({ limit }) => `More than ${limit} requests of this client came within a minute, the limit limits.requestsPerMinute. Send the request again after Retry-After seconds.`),
  'shutting-down': entry<None>(503, upstreamFailed, 'Shutting down',
    () => 'This process is shutting down: it takes no new work, and gives up what it could not finish in time. Send the request again.'),
  cancelled: entry<None>(499, internal, 'Cancelled',
    () => 'The analysis was cancelled by its caller. Nothing was published.'),
  'deadline-exceeded': entry<{ seconds: number; limit?: 'Request-Timeout' }>(504, upstreamFailed, 'Deadline exceeded',
    ({ seconds, limit = 'limits.analysisSeconds' }) => `The analysis did not finish within ${seconds} s, the limit ${limit}. Send it again, or raise that limit.`),

  ...authErrors,
  ...jobErrors,

  ...studyErrors,

  ...pacsErrors,

  // The way to an endpoint
  'address-blocked': entry<{ endpoint: string }>(502, upstreamFailed, 'Address blocked',
    ({ endpoint }) => `The connection to ${endpoint} would end at an address that egress.blockedAddresses forbids; nothing was sent. Correct the endpoint's url (or its proxy, or what its name resolves to), or take the address off that list.`),
  'proxy-failed': entry<{ endpoint: string; problem: string }>(502, upstreamFailed, 'Proxy failed',
    ({ endpoint, problem }) => `The proxy on the way to ${endpoint} failed: ${problem}. Check proxy.http, proxy.https and proxy.noProxy.`),

  ...ehrErrors,

  // The audit trail
  'audit-unavailable': entry<{ problem: string; published: boolean }>(502, upstreamFailed, 'Audit unavailable',
    ({ problem, published }) => `The audit repository did not take an event, and audit.whenDown is 'required': ${problem} ${published ? 'The report is published; send the request again to have it audited.' : 'Nothing was published. Send the request again when it takes events.'}`),

  // Models and inference
  'model-manifest-invalid': entry<{ model: string; problem: string }>(500, usage, 'Model manifest invalid',
    ({ model, problem }) => `Model package '${model}' has an invalid manifest: ${problem}.`),
  'model-checksum-mismatch': entry<{ model: string; file: string }>(500, usage, 'Model checksum mismatch',
    ({ model, file }) => `Model package '${model}': sha256 of ${file} is not the one in its manifest. Restore the file, or correct the manifest if you made the model.`),
  'model-missing': entry<{ model: string; problem: string }>(500, usage, 'Model package missing',
    ({ model, problem }) => `Model package '${model}' cannot be used: ${problem}.`),
  'model-load-failed': entry<{ model: string; provider: string; problem: string }>(500, usage, 'Model cannot be loaded',
    ({ model, provider, problem }) => `Model package '${model}' does not load on ${provider}: ${problem}.`),
  'provider-unavailable': entry<{ provider: string; problem: string }>(500, usage, 'Execution provider unavailable',
    ({ provider, problem }) => `Execution provider '${provider}' is required by the configuration but not available: ${problem}.`),
  'report-failed': entry<{ problem: string; isPublished?: boolean }>(500, internal, 'Report failed',
    ({ problem, isPublished = false }) => `The report could not be drawn: ${problem}. ${isPublished ? 'The EHR has the numbers.' : 'No new report was published.'} Send the request again; if it fails again, tell us with the log.`),
  'inference-failed': entry<{ problem: string }>(500, internal, 'Inference failed',
    ({ problem }) => `The inference worker failed: ${problem}. Nothing was published.`),

  // Evaluation
  'cohort-invalid': entry<{ mistakes: readonly string[] }>(400, usage, 'Cohort table invalid', ({ mistakes }) => `The cohort table has ${mistakes.length} mistake(s):\n${mistakes.map((m) => `  ${m}`).join('\n')}`),
  'mask-invalid': entry<{ problem: string }>(422, inputUnusable, 'Mask cannot be read', ({ problem }) => `A mask file cannot be read: ${problem}. Give NRRD, NIfTI-1 or DICOM SEG.`),
  'mask-grid-mismatch': entry<{ problem: string }>(422, inputUnusable, 'Mask lies on another grid', ({ problem }) => `A mask does not lie on the grid of its CT series: ${problem}. Resample it onto that series (nearest neighbour).`),

  // A service, as its client sees it
  ...clientErrors,

  // The process
  'config-invalid': entry<{ mistakes: readonly string[] }>(500, usage, 'Configuration invalid',
    ({ mistakes }) => `The configuration has ${mistakes.length} mistake(s):\n${mistakes.map((m) => `  ${m}`).join('\n')}`),
  'address-unavailable': entry<{ address: string; problem: string }>(500, usage, 'Cannot listen',
    ({ address, problem }) => `Cannot listen on ${address} (${problem}). Choose another port, or end what listens there.`),
  'usage-invalid': entry<{ problem: string; command: string }>(400, usage, 'Wrong usage',
    ({ problem, command }) => `${problem}. Try: lobar ${command} --help`),
  internal: entry<None>(500, internal, 'Internal error',
    () => 'Something failed that should not. The log of the service has the cause; send the request again.'),
} as const;

export type ErrorCode = keyof typeof errorTable;
export type ErrorContext<Code extends ErrorCode> = Parameters<(typeof errorTable)[Code]['text']>[0];
/** What only the caller may see: UIDs and the like. */
export type ErrorDetails = Readonly<Record<string, string | number>>;

export interface LobarErrorOptions {
  readonly cause?: unknown;
  readonly details?: ErrorDetails;
  /** A part of the message that is told to the caller alone: the words of another system may name anybody. */
  readonly unlogged?: string;
}

/** An error with a code of the table; its message is the table's sentence, free of identifiers. */
export class LobarError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'LobarError';
  readonly code: Code;
  readonly details: ErrorDetails;
  declare readonly unlogged?: string;

  constructor(code: Code, context: ErrorContext<Code>, options: LobarErrorOptions = {}) {
    const { text } = errorTable[code] as Entry<ErrorContext<Code>>;
    super(text(context), options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
    if (options.unlogged !== undefined) this.unlogged = options.unlogged;
  }

  /** The message as a log, an AuditEvent or another system may have it: without the words of others. */
  get logged(): string {
    if (this.unlogged === undefined) return this.message;
    const logged = withoutWords(this.message, this.unlogged);
    // Words that cannot be found cannot be taken out.
    return logged === this.message ? `${this.title}: ${withheld}.` : logged;
  }

  /** A text made of `logged` as the caller may have it, and what of it is not for a log: for an error of this one. */
  retold(text: string): { readonly text: string; readonly unlogged?: string } {
    const { unlogged } = this;
    if (unlogged === undefined || !text.includes(withheld)) return { text };
    return { text: text.replaceAll(withheld, () => unlogged), unlogged };
  }

  get status(): number {
    return errorTable[this.code].status;
  }

  get title(): string {
    return errorTable[this.code].title;
  }

  get exitCode(): number {
    return errorTable[this.code].exit;
  }
}

/** A warning or a reason: a stable code and one readable sentence. */
export interface Notice {
  readonly code: string;
  readonly text: string;
}

/** A LobarError as plain data, to cross a thread (structured clone keeps neither class nor code). */
export interface PlainError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: ErrorDetails;
  /** A part of the message that is no text for a log. */
  readonly unlogged?: string;
  /** Where a foreign error came from, for the log. */
  readonly frames?: string;
}

/** What was thrown, or `internal` because of it where that has no code. */
export function asLobarError(thrown: unknown): LobarError {
  return thrown instanceof LobarError ? thrown : new LobarError('internal', {}, { cause: thrown });
}

/** Any error but ours becomes `internal`: a foreign message may hold anything, patient data included. */
export function toPlainError(error: unknown): PlainError {
  const coded = asLobarError(error);
  const { code, message, details, unlogged } = coded;
  return {
    ...{ code, message, details },
    ...(unlogged === undefined ? {} : { unlogged }),
    ...(coded.cause === undefined ? {} : { frames: stackFrames(coded.cause) }),
  };
}

export function fromPlainError({ frames, ...plain }: PlainError): LobarError {
  const error = Object.create(LobarError.prototype) as LobarError;
  const cause = frames === undefined ? {} : { cause: { name: frames.split('\n')[0], stack: frames } };
  return Object.assign(error, { name: 'LobarError', ...plain, ...cause });
}

/** The frames of an error's stack and its class, without its message. */
export function stackFrames(error: unknown): string {
  const {
    name = typeof error,
    message = '',
    stack = '',
  } = (error ?? {}) as { name?: string; message?: string; stack?: string };
  // A line of the message may look like a frame.
  const frames = stack
    .slice(Math.max(0, stack.indexOf(message)) + message.length)
    .split('\n')
    .filter((line) => /^\s+at /.test(line));
  return [name, ...frames].join('\n');
}
