/** An error as FHIR says it (R4 OperationOutcome): for answers under application/fhir+json. */
export function toOperationOutcome(error: {
  readonly code: string;
  readonly message: string;
  readonly status: number;
}): fhir4.OperationOutcome {
  return {
    resourceType: 'OperationOutcome',
    issue: [
      {
        severity: 'error',
        code: issueType(error.status),
        details: { text: error.code },
        diagnostics: error.message,
      },
    ],
  };
}

/** HTTP status to the nearest of the FHIR R4 value set issue-type. */
function issueType(status: number): fhir4.OperationOutcomeIssue['code'] {
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
    case 504:
      return 'timeout';
    default:
      return status >= 500 ? 'exception' : 'processing';
  }
}
