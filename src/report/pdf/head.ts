import type { ReportSheet } from '../report-sheet.ts';
import {
  artifact,
  type Box,
  type Element,
  ink,
  type Pen,
  rectangle,
  set,
  setShortened,
  tagged,
  widthOf,
} from './pen.ts';

/** Title, hospital and what made it. */
export function drawTitle(pen: Pen, parent: Element, sheet: ReportSheet, { x, y, width }: Box): number {
  const { texts, site, algorithm, issued } = sheet;
  const style = { size: 15, bold: true };
  const titleWidth = widthOf(pen, texts.title, style);
  tagged(pen, parent, 'H1', () => set(pen, texts.title, { x, baseline: y + 15, width: titleWidth }, style));
  const right = { x: x + titleWidth + 16, width: width - titleWidth - 16 };
  const small = { size: 7, colour: ink.quiet, align: 'right' } as const;
  let baseline = y + (site === '' ? 9 : 6.5);
  if (site !== '') {
    tagged(pen, parent, 'P', () =>
      setShortened(
        pen,
        { label: '', text: site },
        { ...right, baseline },
        { size: 9, bold: true, align: 'right' },
      ),
    );
    baseline += 9;
  }
  tagged(pen, parent, 'P', () =>
    setShortened(pen, { label: texts.fields.algorithm, text: algorithm }, { ...right, baseline }, small),
  );
  const said = texts.labelled(texts.fields.issued, issued);
  tagged(pen, parent, 'P', () => set(pen, said, { ...right, baseline: baseline + 8.5 }, small));
  return baseline + 8.5 + 2;
}

/** The status, which nothing switches off, and what else the result is worth: white on dark, the darkest of the page. */
export function drawStatus(pen: Pen, parent: Element, sheet: ReportSheet, { x, y, width }: Box): number {
  const { texts, cautions } = sheet;
  const height = cautions.length > 0 ? 31 : 20;
  artifact(pen, () => {
    rectangle(pen, { x, y, width, height }, ink.dark);
    rectangle(pen, { x, y, width: 4, height }, ink.accent);
  });
  const line = { x: x + 12, width: width - 20 };
  tagged(pen, parent, 'P', () =>
    set(pen, texts.status, { ...line, baseline: y + 13.5 }, { size: 10.5, bold: true, colour: ink.light }),
  );
  if (cautions.length > 0)
    tagged(pen, parent, 'P', () =>
      set(pen, cautions.join(' '), { ...line, baseline: y + 25 }, { size: 8, colour: ink.light }),
    );
  return y + height;
}
