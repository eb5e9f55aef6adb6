import type { Formats } from '../formats.ts';
import type { ReportImage } from '../report-images.ts';
import type { PictureName } from '../report-pictures.ts';
import type { ReportTexts } from '../texts.ts';

export interface FigureSheet extends ReportImage {
  readonly caption: string;
  /** For who does not see it. */
  readonly alternative: string;
}

const captionOf: Readonly<Record<PictureName, keyof ReportTexts['captions']>> = {
  'most-affected': 'mostAffected',
  upper: 'upper',
  middle: 'middle',
  lower: 'lower',
  coronal: 'coronal',
  sagittal: 'sagittal',
  'lungs-front': 'front',
  'lungs-back': 'back',
  lobes: 'lobes',
};
const axes = { transverse: 'z', coronal: 'y', sagittal: 'x' } as const;

export function figuresOf(
  images: readonly ReportImage[],
  { captions, alternatives }: ReportTexts,
  { mm }: Formats,
): readonly FigureSheet[] {
  return images.map((image) => {
    const { view, name } = image;
    const title = captions[captionOf[name]];
    if (view.kind === 'rendering') return { ...image, caption: title, alternative: alternatives[view.from] };
    if (view.kind === 'figure') return { ...image, caption: title, alternative: alternatives.lobes };
    const at = `${axes[view.kind]} = ${mm(view.positionMm)}`.replace(/\s/g, '\u00a0');
    return { ...image, caption: `${title}, ${at}`, alternative: alternatives[view.kind](at) };
  });
}
