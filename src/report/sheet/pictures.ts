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

export function figuresOf(
  images: readonly ReportImage[],
  { captions, alternatives, image: imageText }: ReportTexts,
  { mm, whole }: Formats,
): readonly FigureSheet[] {
  return images.map((image) => {
    const { view, name } = image;
    const title = captions[captionOf[name]];
    if (view.kind === 'rendering') return { ...image, caption: title, alternative: alternatives[view.from] };
    if (view.kind === 'figure') return { ...image, caption: title, alternative: alternatives.lobes };
    // Where the others lie only their lines in another plane would say.
    if (view.kind !== 'transverse') return { ...image, caption: title, alternative: alternatives[view.kind] };
    const unbroken = (text: string) => text.replace(/\s/g, '\u00a0');
    const number = view.image === undefined ? [] : [unbroken(imageText(whole(view.image)))];
    const at = [...number, unbroken(`z = ${mm(view.positionMm)}`)].join(', ');
    return { ...image, caption: `${title}, ${at}`, alternative: alternatives[view.kind](at) };
  });
}
