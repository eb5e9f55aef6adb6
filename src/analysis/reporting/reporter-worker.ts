/** The thread that draws pictures and composes documents: neither HTTP nor the networks wait for it. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { packSegments } from '../../dicom/objects/seg/pack-segments.ts';
import { LobarError, toPlainError } from '../../errors.ts';
import { drawReportPictures } from '../../report/report-pictures.ts';
import { composeReport } from './compose-report.ts';
import { moved } from './moved.ts';
import type { ReportDocument } from './report-document.ts';
import type { ComposeOrder, Drawn, DrawOrder, ReporterResult, ReporterTask } from './reporter-protocol.ts';

/** An isolate keeps the shared memory of a volume until it happens to collect garbage, and a report makes little. */
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

export async function work(task: ReporterTask): Promise<ReporterResult> {
  try {
    return task.kind === 'draw' ? draw(task.order) : await compose(task.order);
  } catch (error) {
    return { error: toPlainError(asReportError(error)) };
  } finally {
    setImmediate(collectGarbage);
  }
}

async function compose(order: ComposeOrder): Promise<readonly ReportDocument[]> {
  const documents = await composeReport(order);
  return moved(
    documents,
    documents.map(({ bytes }) => bytes),
  );
}

function draw(order: DrawOrder): Drawn {
  const { wanted, masks } = order;
  const isSegmented = wanted.kinds.includes('dicom') && wanted.objects.includes('seg');
  const pictures = drawReportPictures(order);
  if (!isSegmented) return { pictures };
  const segmentation = packSegments(masks.lobes, masks.opacities);
  return moved({ pictures, segmentation }, [segmentation.bits]);
}

function asReportError(error: unknown): LobarError {
  if (error instanceof LobarError) return error;
  const problem = `it threw ${error instanceof Error ? error.name : typeof error}`;
  return new LobarError('report-failed', { problem }, { cause: error });
}
