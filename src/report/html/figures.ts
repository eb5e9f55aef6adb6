import type { PictureName } from '../report-pictures.ts';
import type { ReportSheet } from '../report-sheet.ts';
import { html, type Markup } from './markup.ts';

/** Those of the pictures that are there, with their captions. */
export function figuresHtml({ figures }: ReportSheet, names: readonly PictureName[]): readonly Markup[] {
  return names.flatMap((name) =>
    figures
      .filter((figure) => figure.name === name)
      .map(
        ({ png, picture, alternative, caption }) =>
          html`<figure><img src="data:image/png;base64,${Buffer.from(png).toString('base64')}" width="${picture.width}" height="${picture.height}" alt="${alternative}"><figcaption>${caption}</figcaption></figure>`,
      ),
  );
}
