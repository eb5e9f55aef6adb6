import { entry, exitCode } from './error-entry.ts';

const { upstreamFailed } = exitCode;

/** Errors of a PACS: a part of the table in errors.ts. */
// biome-ignore format: a table reads best with one row a code
export const pacsErrors = {
  'pacs-unreachable': entry<{ pacs: string; problem: string }>(502, upstreamFailed, 'PACS unreachable',
    ({ pacs, problem }) => `PACS '${pacs}' cannot be reached: ${problem}. Check its address and that it runs.`),
  'pacs-timeout': entry<{ pacs: string; limit: string; phase: string; seconds: number }>(504, upstreamFailed, 'PACS timed out',
    ({ pacs, limit, phase, seconds }) => `PACS '${pacs}' took longer than ${seconds} s (${phase}), the limit pacs.${pacs}.timeouts.${limit}. Send the request again, or raise that limit.`),
  'pacs-busy': entry<{ pacs: string; seconds: number }>(503, upstreamFailed, 'PACS busy',
    ({ pacs, seconds }) => `PACS '${pacs}' is busy and asked to be left alone for ${seconds} s. Send the request again after Retry-After seconds.`),
  'pacs-auth-failed': entry<{ pacs: string; problem: string }>(502, upstreamFailed, 'PACS refused the authentication',
    ({ pacs, problem }) => `PACS '${pacs}' lets Lobar in no further: ${problem}.`),
  'pacs-token-unavailable': entry<{ pacs: string; problem: string }>(502, upstreamFailed, 'No token for the PACS',
    ({ pacs, problem }) => `There is no token for PACS '${pacs}' at the moment: ${problem}. Send the request again when its token endpoint answers.`),
  'pacs-error': entry<{ pacs: string; status: number; operation: string }>(502, upstreamFailed, 'PACS answered an error',
    ({ pacs, status, operation }) => `PACS '${pacs}' answered HTTP ${status} to ${operation}. Its own log says why.`),
  'pacs-incomplete': entry<{ pacs: string; problem: string }>(502, upstreamFailed, 'PACS broke off',
    ({ pacs, problem }) => `PACS '${pacs}' broke off while sending the series: ${problem}. Nothing was analysed. Send the request again.`),
  'store-refused': entry<{ pacs: string; objects: readonly string[] }>(502, upstreamFailed, 'PACS did not store',
    ({ pacs, objects }) => `PACS '${pacs}' did not store what is made of the analysis: ${objects.join('; ')}. No new report was published. Let it take these objects, or take them off pacs.${pacs}.store, and send the request again.`),
  'pacs-response-invalid': entry<{ pacs: string; problem: string }>(502, upstreamFailed, 'PACS answered something else',
    ({ pacs, problem }) => `PACS '${pacs}' did not answer DICOMweb (PS3.18): ${problem}. Check that its url ends at the DICOMweb root.`),
} as const;

/** All of them: whoever asks a PACS may meet each. */
export const pacsCodes = Object.keys(pacsErrors) as (keyof typeof pacsErrors)[];
