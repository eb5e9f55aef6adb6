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
        code: issueType(status),
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
