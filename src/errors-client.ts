import { entry, exitCode } from './error-entry.ts';

const { upstreamFailed } = exitCode;

/** Errors of a Lobar service as its client sees it: a part of the table in errors.ts. */
// biome-ignore format: a table reads best with one row a code
export const clientErrors = {
  'service-unreachable': entry<{ problem: string }>(502, upstreamFailed, 'Service unreachable',
    ({ problem }) => `The service cannot be reached: ${problem}. Check its address and that it runs.`),
  'service-unavailable': entry<{ status: number }>(503, upstreamFailed, 'Service unavailable',
    ({ status }) => `The service is not there at the moment: what stands before it answered HTTP ${status}. Send it again later.`),
  'service-refused': entry<{ status: number; code: string }>(502, upstreamFailed, 'Service refused',
    ({ status, code }) => `The service answered HTTP ${status} (${code}). Its log says why; 401 and 403 want a token or a certificate that allows it.`),
  'service-broke-off': entry<{ problem: string }>(502, upstreamFailed, 'Service broke off',
    ({ problem }) => `The service broke off in the middle of its answer (${problem}): it is not known what became of the analysis. Send it again: publishing twice is harmless.`),
  'service-answer-invalid': entry<{ problem: string }>(502, upstreamFailed, 'Not an answer of Lobar',
    ({ problem }) => `What answered is not Lobar: ${problem}. Check the address of the service, and what stands before it.`),
} as const;
