/** The thread that draws pictures and composes documents: neither HTTP nor the networks wait for it. */
import { packSegments } from '../../dicom/objects/seg/pack-segments.ts';
import { LobarError, toPlainError } from '../../errors.ts';
import { garbageCollector } from '../../garbage-collector.ts';
import { arraysOfDraft, draftLungs } from '../../report/rendering/draft-lungs.ts';
import { encodeMeanwhile } from '../../report/report-images.ts';
import { drawReportPictures } from '../../report/report-pictures.ts';
import { voxelCount } from '../../volume/types.ts';
import { arePictured } from './are-pictured.ts';
import { areWritten, composeReport } from './compose-report.ts';
import { drawVolumes } from './draw-volumes.ts';
import { moved } from './moved.ts';
import { asReportError } from './report-error.ts';
import type {
  BeginOrder,
  ComposeOrder,
  Drawn,
  DrawOrder,
  ReporterResult,
  ReporterTask,
} from './reporter-protocol.ts';

/** An isolate keeps the shared memory of a volume until it happens to collect garbage, and a report makes little. */
const collectGarbage = garbageCollector();

export async function work(task: ReporterTask): Promise<ReporterResult> {
  const started = performance.now();
  try {
    const { value, arrays } = await result(task);
    return moved({ value, ms: performance.now() - started }, arrays);
  } catch (error) {
    return { error: toPlainError(asReportError(error)) };
  } finally {
    setImmediate(collectGarbage);
  }
}

async function result(task: ReporterTask) {
  // The fonts were read with the modules of this one.
  if (task.kind === 'start') return { value: [], arrays: [] };
  if (task.kind === 'begin') return begin(task.order);
  return task.kind === 'draw' ? await draw(task.order) : await compose(task.order);
}

function begin({ volume, lungs, stop }: BeginOrder) {
  const value = draftLungs(volume, lungs, () => {
    if (Atomics.load(stop, 0) !== 0) throw new LobarError('cancelled', {});
  });
  return { value, arrays: arraysOfDraft(value) };
}

/** Masks of another volume would be drawn somewhere, and nobody would see it. */
function requireFit({ volume, masks }: DrawOrder): void {
  const voxels = voxelCount(volume.shape);
  for (const [name, { data }] of Object.entries(masks)) {
    if (data.length !== voxels) throw new Error(`the mask of the ${name} does not fit the volume`);
  }
}

async function draw(order: DrawOrder) {
  const { wanted, masks } = order;
  const { kinds, objects } = wanted;
  requireFit(order);
  const isSegmented = kinds.includes('dicom') && objects.includes('seg');
  const encoding = areWritten(wanted) ? encodeMeanwhile() : undefined;
  const pictures = arePictured(wanted) ? drawReportPictures(order, encoding?.add) : [];
  const value: Drawn = {
    pictures,
    ...(isSegmented ? { segmentation: packSegments(masks.lobes, masks.opacities) } : {}),
    volumes: kinds.includes('volumes') ? await drawVolumes(order) : [],
    ...(encoding === undefined ? {} : { files: await encoding.files() }),
  };
  const { segmentation, volumes } = value;
  const arrays = [
    ...pictures.map(({ picture }) => picture.data),
    ...volumes.map(({ bytes }) => bytes),
    ...(segmentation === undefined ? [] : [segmentation.bits]),
  ];
  return { value, arrays };
}

async function compose(order: ComposeOrder) {
  const value = await composeReport(order);
  return { value, arrays: value.map(({ bytes }) => bytes) };
}
