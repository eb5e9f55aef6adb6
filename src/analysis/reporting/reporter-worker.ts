/** The thread that draws pictures and composes documents: neither HTTP nor the networks wait for it. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { toPlainError } from '../../errors.ts';
import { drawReportPictures } from '../../report/report-pictures.ts';
import { composeReport } from './compose-report.ts';
import { drawVolumes } from './draw-volumes.ts';
import { asReportError } from './report-error.ts';
import type { Drawn, DrawOrder, ReporterResult, ReporterTask } from './reporter-protocol.ts';

/** An isolate keeps the shared memory of a volume until it happens to collect garbage, and a report makes little. */
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

export async function work(task: ReporterTask): Promise<ReporterResult> {
  const started = performance.now();
  try {
    const value = task.kind === 'draw' ? await draw(task.order) : await composeReport(task.order);
    return { value, ms: performance.now() - started };
  } catch (error) {
    return { error: toPlainError(asReportError(error)) };
  } finally {
    setImmediate(collectGarbage);
  }
}

async function draw(order: DrawOrder): Promise<Drawn> {
  const { kinds } = order.wanted;
  return {
    pictures: kinds.some((kind) => kind !== 'volumes') ? drawReportPictures(order) : [],
    volumes: kinds.includes('volumes') ? await drawVolumes(order) : [],
  };
}
