import { type Static, Type } from '@sinclair/typebox';
import { type Analysis, AnalysisSchema, oneOf } from '../../analysis/analysis.ts';
import { analysisStages } from '../../analysis/analyze.ts';
import { type AnalysisJob, automatic } from '../../analysis/jobs/analysis-job.ts';
import { fromPlainError, type LobarError, type PlainError } from '../../errors.ts';
import { jobStates } from '../../queue/job.ts';
import { type Problem, ProblemSchema, toProblem } from '../problem.ts';

const time = (description: string) => Type.String({ format: 'date-time', description });

/** An analysis that nobody waits for, as its client sees it. */
export const JobSchema = Type.Object(
  {
    id: Type.String({ format: 'uuid', description: 'Of the job, and of its Analysis' }),
    state: oneOf(
      jobStates,
      'queued: it waits, the first time or to be done again after an error that may pass. running. finished: see analysis. failed: see problem. cancelled',
    ),
    study: Type.String({ description: 'StudyInstanceUID' }),
    submitted: time('When it was asked for'),
    started: Type.Optional(time('When it was begun last')),
    ended: Type.Optional(time('When it ended; from then on it is kept for queue.keepDays')),
    attempt: Type.Integer({ minimum: 0, description: 'How often it was begun' }),
    stage: Type.Optional(oneOf(analysisStages, 'Of a running one: what it is at')),
    stopping: Type.Optional(Type.Literal(true, { description: 'It runs, and was told to stop' })),
    analysis: Type.Optional(Type.Unsafe<Analysis>(Type.Ref(AnalysisSchema.$id ?? ''))),
    problem: Type.Optional(
      Type.Unsafe<Problem>({
        ...Type.Ref(ProblemSchema.$id ?? ''),
        description: 'Why it failed; of one that waits to be done again, why it did before',
      }),
    ),
  },
  { $id: 'AnalysisJob', description: 'An analysis that nobody waits for' },
);
export type JobDocument = Static<typeof JobSchema>;

export function toDocument(job: AnalysisJob): JobDocument {
  const { id, state, request, submitted, started, ended, attempt, stage, stopping, result, error } = job;
  return {
    id,
    state,
    study: request.study,
    submitted,
    ...(started === undefined ? {} : { started }),
    ...(ended === undefined ? {} : { ended }),
    attempt,
    ...(stage === undefined ? {} : { stage: stage as NonNullable<JobDocument['stage']> }),
    ...(stopping === undefined ? {} : { stopping }),
    ...(result === undefined ? {} : { analysis: result.analysis }),
    ...(error === undefined ? {} : { problem: toProblem(failureOf(job, error), id) }),
  };
}

/** Why one failed, for its client; of what nobody asked for everybody may read it: without the words of others. */
export function failureOf({ owner }: Pick<AnalysisJob, 'owner'>, error: PlainError): LobarError {
  const failure = fromPlainError(error);
  if (owner !== automatic) return failure;
  const { unlogged: _, ...told } = error;
  return fromPlainError({ ...told, message: failure.logged });
}
