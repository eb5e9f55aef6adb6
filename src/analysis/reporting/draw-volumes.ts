import { type NiftiOptions, niftiOf } from '../../masks/write-nifti.ts';
import type { PictureFacts } from '../../report/report-pictures.ts';
import { boundingBox, crop, gridOfBox, widen } from '../../volume/box.ts';
import { coarsenHu } from '../../volume/coarse-hu.ts';
import type { CtVolume, Shape3 } from '../../volume/types.ts';
import { lungWindow } from '../../volume/window.ts';
import type { ReportDocument } from './report-document.ts';

/** [ours] What is shown around the lungs, mm: the chest wall, so that a reader knows where things are. */
const marginMm = 15;
/** What a viewer shows at first: the lung window, as on the report's pictures. */
const shown = { from: lungWindow.level - lungWindow.width / 2, to: lungWindow.level + lungWindow.width / 2 };

/**
 * CT, lobes (labels 1 to 5, PIPELINE.md 3) and opacities (1) as three NIfTI-1 files on one grid, which is the box
 * around the lungs with a margin, for a viewer. HU are in steps of 4: for looking, not for measuring.
 */
export async function drawVolumes({
  volume,
  masks,
}: Pick<PictureFacts, 'volume' | 'masks'>): Promise<readonly ReportDocument[]> {
  const { shape, spacingMm } = volume;
  const whole = { start: [0, 0, 0], end: shape } as const;
  const margin = spacingMm.map((mm) => Math.ceil(marginMm / mm)) as unknown as Shape3;
  const box = widen(boundingBox(masks.lobes.data, shape) ?? whole, shape, margin);
  const grid = gridOfBox(gridOf(volume), box);
  const file = async (
    name: string,
    title: string,
    data: Int16Array | Uint8Array,
    options: NiftiOptions,
  ): Promise<ReportDocument> => ({
    kind: 'volumes',
    name: `${name}.nii.gz`,
    title,
    contentType: 'application/gzip',
    bytes: await niftiOf(data, grid, options),
  });
  const ct = crop(volume.data, shape, box);
  coarsenHu(ct);
  return [
    await file('ct', 'CT around the lungs', ct, { shown }),
    await file('lobes', 'Lobes', crop(masks.lobes.data, shape, box), { isLabels: true }),
    await file('opacities', 'Opacities', crop(masks.opacities.data, shape, box), { isLabels: true }),
  ];
}

function gridOf({ shape, spacingMm, originMm, direction }: CtVolume): Omit<CtVolume, 'data'> {
  return { shape, spacingMm, originMm, direction };
}
