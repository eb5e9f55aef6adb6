import type { AnalysisRequest } from '../analysis/jobs/analysis-job.ts';
import { type ErrorCode, errorTable } from '../errors.ts';
import type { NewJob } from '../queue/job.ts';
import type { DeadLetter } from '../queue/nats/dead-letter.ts';
import { plainLine } from './plain-text.ts';

/** Two lines for each: when it was given up, which and why; then what was asked for. */
export function formatDeadLetters(letters: readonly DeadLetter<NewJob<AnalysisRequest>>[]): string {
  if (letters.length === 0) return 'Nothing was given up.\n';
  return letters.map(twoLines).join('');
}

function twoLines({ id, reason, buried, body }: DeadLetter<NewJob<AnalysisRequest>>): string {
  const title = reason in errorTable ? `: ${errorTable[reason as ErrorCode].title}` : '';
  return `${buried}  ${plainLine(id)}  ${plainLine(reason)}${title}\n    ${askedFor(body)}\n`;
}

function askedFor(body: NewJob<AnalysisRequest> | undefined): string {
  if (body === undefined) return 'cannot be opened with the keys of queue.encryption';
  // What a client is to be told has another shape.
  const { study, pacs, ehr, callback } = body.request ?? {};
  if (study === undefined) return 'no analysis';
  const from = `study ${study} of PACS ${pacs}`;
  const to = ehr === undefined ? '' : `, for EHR ${ehr}`;
  return plainLine(
    `${from}${to}${callback === undefined ? '' : `, callback ${callback}`}, asked for ${body.submitted}`,
  );
}
