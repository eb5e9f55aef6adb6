/** What the service, or the way to it, said instead of an answer: RFC 9457 problem details. */
export class ServiceProblem extends Error {
  override readonly name = 'ServiceProblem';
  readonly status: number;
  readonly code: string;
  readonly title: string;
  /** The sentence: what is wrong and what to do. */
  readonly detail: string;
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(said: SaidProblem) {
    super(said.detail);
    this.status = said.status;
    this.code = said.code;
    this.title = said.title;
    this.detail = said.detail;
    this.requestId = said.requestId;
    this.retryAfterSeconds = said.retryAfterSeconds;
  }

  /** Whatever was thrown, as a problem. */
  static of(thrown: unknown): ServiceProblem {
    if (thrown instanceof ServiceProblem) return thrown;
    // What fetch and XMLHttpRequest throw where nothing answers.
    if (thrown instanceof TypeError) return unreachable;
    const problem = thrown instanceof Error ? thrown.message : String(thrown);
    return new ServiceProblem({
      status: 0,
      code: 'page-failed',
      title: 'The page failed',
      detail: `Something failed in this page that should not: ${problem}. Load it again.`,
    });
  }
}

export interface SaidProblem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly requestId?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

const unreachable = new ServiceProblem({
  status: 0,
  code: 'service-unreachable',
  title: 'The service does not answer',
  detail: 'The Lobar service cannot be reached. Check the network, then try again.',
});

/** The service broke off in the middle of its answer. */
export function brokenOff(): ServiceProblem {
  return new ServiceProblem({
    status: 0,
    code: 'service-broke-off',
    title: 'The service broke off',
    detail: 'The service broke off in the middle of its answer. Send it again: publishing twice is harmless.',
  });
}

/** The service answered what no service of this kind does. */
export function answerInvalid(problem: string): ServiceProblem {
  return new ServiceProblem({
    status: 0,
    code: 'service-answer-invalid',
    title: 'Not an answer of Lobar',
    detail: `What answered is not Lobar, or was changed on its way: ${problem}. Send it again: publishing twice is harmless. If that fails too, tell whoever runs this service.`,
  });
}

/**
 * The problem of an answer that is none of success.
 *
 * @param body - the answer as text: problem+json, or what something else says
 * @param retryAfter - the header of that name
 */
export function problemOf(status: number, body: string, retryAfter: string | null): ServiceProblem {
  const said = parsed(body);
  const { title = `HTTP ${status}`, code = `http-${status}`, requestId, details } = said;
  const seconds = Number(retryAfter ?? details?.['retryAfterSeconds'] ?? Number.NaN);
  return new ServiceProblem({
    ...{ status, code, title, requestId },
    detail: said.detail ?? `What answered is not Lobar, or is not well: HTTP ${status}. Try it again later.`,
    retryAfterSeconds: Number.isFinite(seconds) ? seconds : undefined,
  });
}

interface WrittenProblem {
  readonly title?: string;
  readonly code?: string;
  readonly detail?: string;
  readonly requestId?: string;
  readonly details?: Readonly<Record<string, string | number>>;
}

function parsed(body: string): WrittenProblem {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
