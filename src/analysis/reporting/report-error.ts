import { LobarError } from '../../errors.ts';

/** What drawing or composing failed with, as `report-failed`. The message of another error may hold anything. */
export function asReportError(error: unknown): LobarError {
  if (error instanceof LobarError) return error;
  const problem = `it threw ${error instanceof Error ? error.name : typeof error}`;
  return new LobarError('report-failed', { problem }, { cause: error });
}
