import { LobarError } from '../errors.ts';
import { textsOf } from './connection/conceal.ts';
import type { CallOptions } from './connection/open-fhir-connection.ts';
import { beforeNextAttempt } from './connection/send-with-retry.ts';
import type { EhrClient } from './open-ehr.ts';

/** A Task of an EHR that asks for an analysis. */
export interface TaskOfEhr {
  readonly ehr: EhrClient;
  readonly id: string;
}

/** A Task as it is when the analysis begins. */
export interface StartedTask {
  readonly status: 'in-progress' | 'completed';
  /** The patient whom it is for, as it refers to him or her. */
  readonly patient?: fhir4.Reference | undefined;
}

/** What became of the analysis that a Task asked for. */
export type TaskEnd =
  | {
      readonly status: 'completed';
      /** `DiagnosticReport/<id>`; none: nothing was published, as it was asked. */
      readonly report?: string | undefined;
    }
  | { readonly status: 'failed'; readonly reason: string };

type Status = fhir4.Task['status'];

/** Work may begin: nobody has begun, or an earlier attempt of ours did not end well. */
const open: readonly Status[] = ['requested', 'received', 'accepted', 'ready', 'in-progress', 'failed'];

/**
 * Sets a Task to in-progress. One that is completed stays as it is.
 *
 * @throws LobarError `task-not-found`, `task-not-open`, and what FhirConnection throws
 */
export async function startTask(task: TaskOfEhr, call: CallOptions): Promise<StartedTask> {
  const started = await change(task, call, (found) => {
    if (found.status === 'completed') return undefined;
    if (!open.includes(found.status)) {
      throw new LobarError('task-not-open', { ehr: task.ehr.name, status: shown(found.status) });
    }
    const { statusReason, ...kept } = found;
    // The reason of our own earlier failure; any other is the requester's.
    const reason = statusReason === undefined || found.status === 'failed' ? {} : { statusReason };
    return { ...kept, ...reason, status: 'in-progress' };
  });
  const status = started.status === 'completed' ? 'completed' : 'in-progress';
  return { status, patient: started.for };
}

/**
 * Tells in a Task what became of the analysis. What others have made of it meanwhile is left as it is: a Task
 * that is completed, or that somebody has cancelled, put on hold or taken out; `failed` replaces our own
 * `in-progress` only.
 *
 * @returns the status that the Task then has
 * @throws LobarError `task-not-found`, and what FhirConnection throws
 */
export async function endTask(task: TaskOfEhr, end: TaskEnd, call: CallOptions): Promise<string> {
  const ended = await change(task, call, (found) => {
    const { statusReason: _, ...kept } = found;
    if (end.status === 'failed') {
      if (found.status !== 'in-progress') return undefined;
      return { ...kept, status: 'failed', statusReason: { text: end.reason } };
    }
    if (!open.includes(found.status)) return undefined;
    return { ...kept, status: 'completed', ...outputs(found, end.report) };
  });
  return shown(ended.status);
}

/**
 * Reads, changes and writes only what was read (If-Match); again when somebody else was faster.
 *
 * @returns the Task as it then is
 */
async function change(
  { ehr, id }: TaskOfEhr,
  call: CallOptions,
  changed: (found: fhir4.Task) => fhir4.Task | undefined,
): Promise<fhir4.Task> {
  for (let attempt = 1; ; attempt += 1) {
    const personal = [...(call.personal ?? []), id];
    const found = await ehr.connection.read<fhir4.Task>('Task', id, { ...call, personal });
    if (found === undefined) throw new LobarError('task-not-found', { ehr: ehr.name });
    const next = changed(found);
    if (next === undefined) return found;
    const sent = await ehr.connection.update(
      { ...next, id, lastModified: lastModified(found) },
      { ...call, personal: [...personal, ...personalTexts(found)], ifMatch: found.meta?.versionId },
    );
    if ('written' in sent) return next;
    await beforeNextAttempt(sent.failure, attempt, call.signal);
  }
}

/** Now, but never before authoredOn (R4 Task inv-1): the clocks of two systems differ. */
function lastModified({ authoredOn }: fhir4.Task): string {
  const now = new Date();
  return authoredOn !== undefined && Date.parse(authoredOn) > now.getTime() ? authoredOn : now.toISOString();
}

/** The report beside what others have put there; once, however often it is said. */
function outputs({ output = [] }: fhir4.Task, report: string | undefined): Pick<fhir4.Task, 'output'> {
  const others = output.filter(({ valueReference }) => valueReference?.reference !== report);
  const ours: fhir4.TaskOutput[] =
    report === undefined ? [] : [{ type: { text: 'AI report' }, valueReference: { reference: report } }];
  const all = report === undefined ? output : [...others, ...ours];
  return all.length === 0 ? {} : { output: all };
}

function personalTexts({ identifier, description, for: patient, focus, basedOn }: fhir4.Task): string[] {
  const references = [patient, focus, ...(Array.isArray(basedOn) ? basedOn : [])];
  const named = references.map((one) => [one?.reference?.split('/').at(-1), one?.identifier, one?.display]);
  return textsOf([identifier, description, named]);
}

/** A status as it may be repeated: it is text from outside. */
function shown(status: unknown): string {
  return typeof status === 'string' && /^[a-z-]{1,20}$/.test(status) ? status : 'unknown';
}
