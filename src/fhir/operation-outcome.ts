import type { ErrorCode } from '../errors.ts';

type Issue = fhir4.OperationOutcomeIssue;

/** What a problem+json says (RFC 9457), in the terms of src/errors.ts. */
interface Problem {
  readonly code: string;
  readonly message: string;
  readonly status: number;
  /** What names the thing: UIDs and the like. */
  readonly details?: Readonly<Record<string, string | number>>;
  readonly requestId?: string;
  /** FHIRPath of the place in the request that it is about. */
  readonly expression?: string;
  /** `error` if left out. */
  readonly severity?: Issue['severity'];
}

/**
 * A problem as FHIR says it (R4 OperationOutcome), for answers under application/fhir+json: an issue with
 * code and sentence, then one for each detail and for the request id.
 */
export function toOperationOutcome({
  code,
  message,
  status,
  details = {},
  requestId,
  expression,
  severity = 'error',
}: Problem): fhir4.OperationOutcome {
  const further = { ...details, ...(requestId === undefined ? {} : { requestId }) };
  return {
    resourceType: 'OperationOutcome',
    issue: [
      {
        severity,
        code: issueTypes[code] ?? issueType(status),
        details: { text: code },
        diagnostics: message,
        ...(expression === undefined ? {} : { expression: [expression] }),
      },
      ...Object.entries(further).map(([key, value]) => informational(`${key}: ${value}`)),
    ],
  };
}

/** No `expression`: that is a FHIRPath into the request, which a UID is not. */
function informational(diagnostics: string): Issue {
  return { severity: 'information', code: 'informational', diagnostics };
}

/**
 * Where the status says too little: a bad gateway that sending the same again will not mend is `processing`
 * ("expected to be final", FHIR R4 issue-type), not `transient`. So is the login of Lobar at another server:
 * `login` would tell the client to log in.
 */
const issueTypes: Readonly<Record<string, Issue['code']>> = {
  'address-blocked': 'processing',
  'ehr-auth-failed': 'processing',
  'ehr-rejected': 'processing',
  'ehr-response-invalid': 'processing',
  'pacs-auth-failed': 'processing',
  'pacs-response-invalid': 'processing',
  'write-mode-unavailable': 'processing',
} satisfies Partial<Record<ErrorCode, Issue['code']>>;

/** HTTP status to the nearest of the FHIR R4 value set issue-type. */
function issueType(status: number): Issue['code'] {
  switch (status) {
    case 400:
    case 406:
    case 415:
      return 'invalid';
    case 401:
      return 'login';
    case 403:
      return 'forbidden';
    case 404:
      return 'not-found';
    case 405:
      return 'not-supported';
    case 409:
      return 'conflict';
    case 413:
      return 'too-costly';
    case 422:
      return 'processing';
    case 429:
    case 503:
      return 'throttled';
    case 502:
      return 'transient';
    case 408:
    case 504:
      return 'timeout';
    default:
      return status >= 500 ? 'exception' : 'processing';
  }
}
