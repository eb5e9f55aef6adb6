import { LobarError, noReport } from '../errors.ts';
import { endTask, type StartedTask, startTask, type TaskEnd, type TaskOfEhr } from '../fhir/task.ts';
import { withinTotal } from '../fhir/within-total.ts';
import type { Analysis } from './analysis.ts';
import type { AnalyzeResult } from './analyze.ts';

/** How long a Task is told what became of it, whatever became of its caller. */
const endSeconds = 30;

export interface FollowOptions {
  readonly requestId: string;
  /** Of the caller: it ends the analysis, never what the Task is told about it. */
  readonly signal: AbortSignal;
  /** An error that is not thrown, because an earlier one is, or that nobody can do anything about. */
  readonly onSilenced: (error: unknown) => void;
}

/**
 * Does an analysis that a Task asks for: the Task is in-progress while it runs, then completed with the report
 * as output, or failed with the reason. Nothing runs for a Task that is not open; one that is completed stays
 * as it is, so that asking again is harmless.
 *
 * A study in which no series may be analysed is `failed` too: whoever waits for the Task must see that no
 * report will come. Asked not to publish, the Task is completed without output.
 *
 * @param work - is given the patient whom the Task is for: the images must be of nobody else
 * @throws LobarError what `work` throws; before it `task-not-found`, `task-not-open` and what FhirConnection
 *   throws; after it `task-not-updated`, when all is done but the Task does not say so
 */
export async function followTask(
  task: TaskOfEhr,
  work: (taskFor: fhir4.Reference | undefined) => Promise<AnalyzeResult>,
  options: FollowOptions,
): Promise<AnalyzeResult> {
  const { status, patient } = await start(task, options);
  if (status === 'completed') return await work(patient);
  let result: AnalyzeResult;
  try {
    result = await work(patient);
  } catch (error) {
    await giveUp(task, error, options);
    throw error;
  }
  await end(task, endOf(result.analysis), options);
  return result;
}

/** After these, or broken off in the middle of the update, the Task may be in-progress with nobody at work. */
const mayHaveBegun = ['ehr-outcome-unknown', 'ehr-response-invalid', 'ehr-error', 'ehr-timeout'];

async function start(task: TaskOfEhr, options: FollowOptions): Promise<StartedTask> {
  const { signal, requestId } = options;
  try {
    return await withinTotal(task.ehr, signal, ({ signal }) => startTask(task, { signal, requestId }));
  } catch (error) {
    if (signal.aborted || mayHaveBegun.includes(codeOf(error))) await giveUp(task, error, options);
    if (codeOf(error) !== 'ehr-outcome-unknown') throw error;
    throw notUpdated(task, error, 'it is not known whether it is in-progress, and nothing was analysed.');
  }
}

/** Tells the Task of a failure; the failure itself is what the caller is told, so this throws nothing. */
async function giveUp(task: TaskOfEhr, failure: unknown, options: FollowOptions): Promise<void> {
  const { code, logged } = failure instanceof LobarError ? failure : new LobarError('internal', {});
  try {
    await end(task, { status: 'failed', reason: `${code}: ${logged}` }, options);
  } catch (error) {
    options.onSilenced(error);
  }
}

async function end(task: TaskOfEhr, how: TaskEnd, { requestId }: FollowOptions): Promise<void> {
  const late = AbortSignal.timeout(endSeconds * 1000);
  try {
    await withinTotal(task.ehr, late, ({ signal }) => endTask(task, how, { signal, requestId }));
  } catch (error) {
    const tooLate = `its update took longer than ${endSeconds} s.`;
    throw notUpdated(task, error, late.aborted ? tooLate : problemOf(error));
  }
}

/** @param told - a problem in the words that may be logged */
function notUpdated({ ehr }: TaskOfEhr, cause: unknown, told: string): LobarError {
  const { text: problem, ...words } = cause instanceof LobarError ? cause.retold(told) : { text: told };
  return new LobarError('task-not-updated', { ehr: ehr.name, problem }, { cause, ...words });
}

/** What the EHR said where that helps; without `noReport`, which is not known here. */
function problemOf(error: unknown): string {
  const code = codeOf(error);
  const told =
    error instanceof LobarError &&
    ['ehr-rejected', 'ehr-auth-failed', 'ehr-error', 'ehr-busy'].includes(code);
  const [said = ''] = told ? error.logged.split(` ${noReport}`) : [];
  return said || `its update ended with ${code}.`;
}

function codeOf(error: unknown): string {
  return error instanceof LobarError ? error.code : 'internal';
}

function endOf({ outcome, published, reasons = [] }: Analysis): TaskEnd {
  if (outcome !== 'ineligible') return { status: 'completed', report: published?.report };
  const codes = reasons.flatMap((series) => series.reasons.map(({ code }) => code));
  return {
    status: 'failed',
    reason: `ineligible: no series may be analysed (${[...new Set(codes)].join(', ')}).`,
  };
}
