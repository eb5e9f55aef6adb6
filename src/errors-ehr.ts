import { entry, exitCode, type None } from './error-entry.ts';

/** How errors of an EHR say that nothing of the report is visible there, and that a write may have left a part. */
export const noReport = 'No report was published.';
export const notKnownNow = 'It is not known what it holds now.';

const { usage, inputUnusable, upstreamFailed } = exitCode;

/** Of a write that the documents in it may have been too much for. */
function withDocuments({
  bytes,
  settings,
}: {
  readonly bytes: number;
  readonly settings: readonly string[];
}): string {
  const remedy = settings.length === 0 ? '' : `, or send fewer: ${settings.join(', ')}`;
  return `It carried documents of ${Math.ceil(bytes / 1024)} KiB: have the EHR, and what stands before it, take them${remedy}. `;
}

/** Errors of an EHR, and of what is published there: a part of the table in errors.ts. */
// biome-ignore format: a table reads best with one row a code
export const ehrErrors = {
  'ehr-unreachable': entry<{ ehr: string; problem: string }>(502, upstreamFailed, 'EHR unreachable',
    ({ ehr, problem }) => `EHR '${ehr}' cannot be reached: ${problem}. ${noReport} Send the request again when it runs.`),
  'ehr-timeout': entry<{ ehr: string; setting: string; limit: string; phase: string; seconds: number }>(504, upstreamFailed, 'EHR timed out',
    ({ ehr, setting, limit, phase, seconds }) => `EHR '${ehr}' took longer than ${seconds} s (${phase}), the limit ${setting}.timeouts.${limit}. Send the request again: publishing twice is harmless.`),
  'ehr-outcome-unknown': entry<{ ehr: string; problem: string }>(502, upstreamFailed, 'EHR broke off while written to',
    ({ ehr, problem }) => `EHR '${ehr}' broke off while it was written to (${problem}): it is not known whether the report was written. Send the request again: publishing twice is harmless.`),
  'ehr-error': entry<{ ehr: string; status: number; operation: string }>(502, upstreamFailed, 'EHR answered an error',
    ({ ehr, status, operation }) => `EHR '${ehr}' answered HTTP ${status} to ${operation}. ${noReport} Send the request again later.`),
  'ehr-busy': entry<{ ehr: string; seconds: number }>(503, upstreamFailed, 'EHR busy', ({ ehr, seconds }) => `EHR '${ehr}' is busy and asked to be left alone for ${seconds} s. ${noReport} Send the request again after Retry-After seconds.`),
  'ehr-rejected': entry<{ ehr: string; status: number; operation: string; said: string; documents?: { bytes: number; settings: readonly string[] } | undefined }>(502, upstreamFailed, 'EHR rejected the resources',
    ({ ehr, status, operation, said, documents }) => `EHR '${ehr}' rejected ${operation} with HTTP ${status}: ${said}. ${noReport} ${documents === undefined ? '' : withDocuments(documents)}Sending it again will not help.`),
  'ehr-auth-failed': entry<{ ehr: string; problem: string }>(502, upstreamFailed, 'EHR refused the authentication',
    ({ ehr, problem }) => `EHR '${ehr}' lets Lobar in no further: ${problem}. ${noReport}`),
  'ehr-token-unavailable': entry<{ ehr: string; problem: string }>(502, upstreamFailed, 'No token for the EHR',
    ({ ehr, problem }) => `There is no token for EHR '${ehr}' at the moment: ${problem}. ${noReport} Send the request again when its token endpoint answers.`),
  'ehr-suspended': entry<{ ehr: string; failures: number; seconds: number }>(503, upstreamFailed, 'EHR left alone for now',
    ({ ehr, failures, seconds }) => `EHR '${ehr}' failed ${failures} times in a row and is left alone for up to ${seconds} s. ${noReport} Send the request again after Retry-After seconds.`),
  'write-mode-unavailable': entry<{ ehr: string; problem: string }>(502, upstreamFailed, 'No way to write to the EHR',
    ({ ehr, problem }) => `Lobar found no way to write to EHR '${ehr}': ${problem}. Nothing was published. Set ehr.${ehr}.writeMode if you know that it can.`),
  'ehr-response-invalid': entry<{ ehr: string; problem: string; write?: boolean | undefined }>(502, upstreamFailed, 'EHR answered something else',
    ({ ehr, problem, write }) => `EHR '${ehr}' did not answer FHIR R4: ${problem}. ${write ? `${notKnownNow} Look at its log, then send the request again: publishing twice is harmless.` : 'Check that its url is the FHIR base.'}`),
  'patient-identifier-missing': entry<None>(422, inputUnusable, 'No patient identifier',
    () => 'The DICOM header has no PatientID, so no patient can be found in the EHR. Nothing was published.'),
  'patient-not-found': entry<{ ehr: string }>(422, upstreamFailed, 'Patient not in the EHR',
    ({ ehr }) => `EHR '${ehr}' knows no patient with the identifier of this study. Register the patient or check patientIdentifierSystem. Nothing was published.`),
  'patient-ambiguous': entry<{ ehr: string; matches: number }>(422, upstreamFailed, 'Several patients match',
    ({ ehr, matches }) => `EHR '${ehr}' has ${matches} patients with the identifier of this study. Merge them first. Nothing was published.`),
  'patient-mismatch': entry<{ ehr: string; what: string }>(422, upstreamFailed, 'Not the same patient',
    ({ ehr, what }) => `What the study says of its patient and what EHR '${ehr}' says differ: ${what}. Nothing was published. Have one of them corrected.`),
  'order-not-found': entry<{ ehr: string; what: string; named?: true }>(422, upstreamFailed, 'Order not in the EHR',
    ({ ehr, what, named }) => `EHR '${ehr}' holds no ${named ? `such ${what} as was named` : `${what} of this study`} (one that was revoked or entered in error does not count). Nothing was published. ${named ? 'Check its id.' : `Register it, or switch ehr.${ehr}.lookUp off.`}`),
  'order-ambiguous': entry<{ ehr: string; what: string; matches: number }>(422, upstreamFailed, 'Several orders match',
    ({ ehr, what, matches }) => `EHR '${ehr}' holds ${matches} of ${what} for this study. Nothing was published. Correct them, or switch ehr.${ehr}.lookUp off.`),
  'task-not-found': entry<{ ehr: string }>(404, upstreamFailed, 'No such Task',
    ({ ehr }) => `EHR '${ehr}' holds no such Task. Nothing was analysed.`),
  'task-not-open': entry<{ ehr: string; status: string }>(409, upstreamFailed, 'The Task is not open',
    ({ ehr, status }) => `The Task in EHR '${ehr}' has status '${status}', so nothing was analysed. Give one that is requested.`),
  'task-not-updated': entry<{ ehr: string; problem: string }>(502, upstreamFailed, 'The Task could not be updated',
    ({ ehr, problem }) => `The Task in EHR '${ehr}' does not show what became of it: ${problem} Send the request again: publishing twice is harmless.`),
  'report-finalised': entry<{ ehr: string; status: string; held: 'this report' | 'an observation of this report' | 'the document of this report' }>(409, upstreamFailed, 'The report was finalised by a human',
    ({ ehr, status, held }) => `EHR '${ehr}' holds ${held} with status '${status}', set by a human. Lobar never overwrites it. To have the new result there, set its status back to preliminary in the EHR and send the study again.`),
  'publish-not-configured': entry<None>(400, usage, 'No EHR configured',
    () => "No EHR is configured, so nothing can be published. Configure one under 'ehr', or ask with publish: false."),
} as const;
