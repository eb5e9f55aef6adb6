import type { PictureView } from '../report-pictures.ts';

const axes = { transverse: 'z', coronal: 'y', sagittal: 'x' } as const;

/** Where a plane lies in the patient's frame (LPS), and which image of the PACS it is; nothing needs a translation. */
export function positionTexts(view: PictureView): readonly string[] {
  if (view.kind === 'rendering' || view.kind === 'figure') return [];
  const image = view.kind === 'transverse' && view.image !== undefined ? [`Im ${view.image}`] : [];
  return [`${axes[view.kind]} ${fixed(view.positionMm)} mm`, ...image];
}

/** One decimal, and no minus before nothing. */
function fixed(mm: number): string {
  const text = mm.toFixed(1);
  return text === '-0.0' ? '0.0' : text;
}
