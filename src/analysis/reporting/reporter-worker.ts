/** The thread that draws pictures and composes documents: neither HTTP nor the networks wait for it. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { LobarError, toPlainError } from '../../errors.ts';
import { drawReportPictures } from '../../report/report-pictures.ts';
import { composeReport } from './compose-report.ts';
import type { Drawn, DrawOrder, ReporterResult, ReporterTask } from './reporter-protocol.ts';

/** An isolate keeps the shared memory of a volume until it happens to collect garbage, and a report makes little. */
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

export async function work(task: ReporterTask): Promise<ReporterResult> {
  try {
    return task.kind === 'draw' ? draw(task.order) : await composeReport(task.order);
  } catch (error) {
    return { error: toPlainError(asReportError(error)) };
  } finally {
    setImmediate(collectGarbage);
  }
}

function draw(order: DrawOrder): Drawn {
  return { pictures: drawReportPictures(order) };
}

function asReportError(error: unknown): LobarError {
  if (error instanceof LobarError) return error;
  const problem = `it threw ${error instanceof Error ? error.name : typeof error}`;
  return new LobarError('report-failed', { problem }, { cause: error });
}
