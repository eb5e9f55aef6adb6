import { maximalScore } from '../../pipeline/severity.ts';
import type { ReportSheet } from '../report-sheet.ts';
import { drawHeading } from './heading.ts';
import {
  artifact,
  type Box,
  type Element,
  fitted,
  group,
  ink,
  type Pen,
  rectangle,
  set,
  tagged,
  widthOf,
  wrapped,
} from './pen.ts';

/** The column of results: what the pattern is, how severe it is, how much of the lungs is affected. */
export function drawFindings(pen: Pen, parent: Element, sheet: ReportSheet, box: Box): number {
  const { x, width } = box;
  let y = drawPattern(pen, group(pen, parent, 'Sect'), sheet, {
    ...box,
    y: drawSeeWarnings(pen, parent, sheet, box),
  });
  y = drawSeverity(pen, group(pen, parent, 'Sect'), sheet, { ...box, y: y + 4 });
  return drawTotal(pen, group(pen, parent, 'Sect'), sheet, { x, y: y + 4, width });
}

function drawSeeWarnings(pen: Pen, parent: Element, { seeWarnings }: ReportSheet, box: Box): number {
  if (seeWarnings === '') return box.y;
  const { x, y, width } = box;
  artifact(pen, () => rectangle(pen, { x, y: y + 3, width: 4, height: 4 }, ink.accent));
  const style = { size: 8, bold: true, colour: ink.accent };
  tagged(pen, parent, 'P', () =>
    set(pen, seeWarnings, { x: x + 9, baseline: y + 8, width: width - 9 }, style),
  );
  return y + 13;
}

function drawPattern(pen: Pen, section: Element, sheet: ReportSheet, { x, y: top, width }: Box): number {
  let y = drawHeading(pen, section, sheet.texts.headings.pattern, { x, y: top, width });
  const style = { size: 10, bold: true };
  const lines = wrapped(pen, `${sheet.pattern}.`, width, style);
  tagged(pen, section, 'P', () =>
    lines.forEach((line, i) => {
      set(pen, line, { x, baseline: y + 10 + i * 12.5, width }, style);
    }),
  );
  y += lines.length * 12.5 + 1;
  const small = { size: 6.8, colour: ink.quiet };
  const only = wrapped(pen, sheet.texts.threeClasses, width, small);
  tagged(pen, section, 'P', () =>
    only.forEach((line, i) => {
      set(pen, line, { x, baseline: y + 6.8 + i * 8.5, width }, small);
    }),
  );
  y += only.length * 8.5 + 3;
  const table = group(pen, section, 'Table');
  for (const bar of sheet.probabilities) {
    const colour = bar.decided ? ink.dark : ink.middle;
    drawBar(pen, group(pen, table, 'TR'), { ...bar, colour, bold: bar.decided }, { x, y, width });
    y += 12.4;
  }
  return y;
}

interface Bar {
  readonly label: string;
  readonly text: string;
  /** 0 to 1. */
  readonly fraction: number;
  readonly colour: string;
  readonly bold?: boolean;
}

function drawBar(
  pen: Pen,
  row: Element,
  { label, text, fraction, colour, bold = false }: Bar,
  { x, y, width }: Omit<Box, 'height'>,
): void {
  const labelWidth = 82;
  const valueWidth = 36;
  const barWidth = width - labelWidth - valueWidth;
  const style = { size: 8, bold };
  artifact(pen, () => {
    rectangle(pen, { x: x + labelWidth, y: y + 2.5, width: barWidth, height: 7 }, ink.track);
    const length = barWidth * fraction;
    rectangle(pen, { x: x + labelWidth, y: y + 2.5, width: length, height: 7 }, colour);
  });
  tagged(
    pen,
    row,
    'TH',
    () =>
      set(
        pen,
        fitted(pen, label, labelWidth - 3, style),
        { x, baseline: y + 9, width: labelWidth },
        style,
        label,
      ),
    {
      scope: 'Row',
    },
  );
  tagged(pen, row, 'TD', () =>
    set(
      pen,
      text,
      { x: x + width - valueWidth, baseline: y + 9, width: valueWidth },
      { ...style, align: 'right' },
    ),
  );
}

function drawSeverity(
  pen: Pen,
  section: Element,
  { severity, texts }: ReportSheet,
  { x, y: top, width }: Box,
): number {
  const y = drawHeading(pen, section, texts.headings.severity, { x, y: top, width });
  const big = { size: 22, bold: true };
  const scoreWidth = widthOf(pen, severity.text, big);
  const after = x + scoreWidth + 5;
  tagged(pen, section, 'P', () => {
    set(pen, `${severity.text} `, { x, baseline: y + 21, width: scoreWidth }, big);
    set(pen, `${severity.of} `, { x: after, baseline: y + 21, width: 60 }, { size: 9, colour: ink.quiet });
    const rest = after + widthOf(pen, severity.of, { size: 9 }) + 10;
    set(
      pen,
      severity.band,
      { x: rest, baseline: y + 21, width: x + width - rest },
      { size: 11, bold: true, colour: ink.accent },
    );
  });
  const barTop = y + 30;
  artifact(pen, () => {
    const step = width / (maximalScore + 1);
    for (const { from, to, isOfScore } of severity.bands)
      rectangle(
        pen,
        { x: x + from * step, y: barTop, width: (to - from + 1) * step - 1, height: 6 },
        isOfScore ? ink.accent : ink.track,
      );
    const at = x + (severity.score + 0.5) * step;
    pen.document
      .polygon([at - 3.5, barTop - 5.5], [at + 3.5, barTop - 5.5], [at, barTop - 0.5])
      .fill(ink.dark);
  });
  const list = group(pen, section, 'L');
  const labelled = severity.bands.map(({ label, range, isOfScore }) => ({
    text: `${label} ${range}`,
    style: { size: 7, bold: isOfScore, colour: isOfScore ? ink.text : ink.quiet },
  }));
  const widths = labelled.map(({ text, style }) => widthOf(pen, text, style));
  const gap = (width - widths.reduce((sum, one) => sum + one, 0)) / (labelled.length - 1);
  let left = x;
  labelled.forEach(({ text, style }, i) => {
    const own = widths[i] ?? 0;
    tagged(pen, list, 'LI', () => set(pen, text, { x: left, baseline: barTop + 15, width: own }, style));
    left += own + gap;
  });
  return barTop + 18;
}

function drawTotal(
  pen: Pen,
  section: Element,
  { involvement: { total, rows }, texts }: ReportSheet,
  { x, y: top, width }: Omit<Box, 'height'>,
): number {
  let y = drawHeading(pen, section, texts.headings.involvement, { x, y: top, width });
  const big = { size: 22, bold: true };
  const numberWidth = widthOf(pen, total.percent, big);
  tagged(pen, section, 'P', () => {
    set(pen, `${total.percent} `, { x, baseline: y + 21, width: numberWidth }, big);
    set(
      pen,
      texts.bothLungs,
      { x: x + numberWidth + 6, baseline: y + 21, width: width - numberWidth - 6 },
      { size: 9, colour: ink.quiet },
    );
  });
  y += 26;
  const table = group(pen, section, 'Table');
  for (const { label, percent, fraction } of rows.filter(({ lobe }) => lobe === undefined).slice(1)) {
    drawBar(
      pen,
      group(pen, table, 'TR'),
      { label, text: percent, fraction, colour: ink.accent },
      { x, y, width },
    );
    y += 12.4;
  }
  return y;
}
