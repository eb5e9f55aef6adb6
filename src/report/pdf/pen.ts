import { boxed, type ReportFonts } from './fonts.ts';

export type Document = PDFKit.PDFDocument;
export type Element = PDFKit.PDFStructureElement;

/** What sets text and lines on the pages of one document, all of it tagged (PDF 1.7, 14.8). Sizes are points. */
export interface Pen {
  readonly document: Document;
  readonly fonts: ReportFonts;
  /** What was shortened, to be set in full where there is room. */
  readonly shortened: Shortened[];
  /** What was set with boxes in it. */
  readonly boxed: Set<string>;
}

export interface Shortened {
  readonly label: string;
  readonly text: string;
}

export interface Style {
  readonly size: number;
  readonly bold?: boolean;
  readonly colour?: string;
  readonly align?: 'left' | 'right' | 'center';
}

/** One accent, that of the opacities in the pictures; the rest are greys, which print as they look. */
export const ink = {
  text: '#16202b',
  quiet: '#566270',
  rule: '#c3cad2',
  middle: '#98a3b0',
  track: '#e4e8ed',
  field: '#f4f6f8',
  accent: '#c23b06',
  dark: '#16202b',
  light: '#ffffff',
} as const;

/** From the baseline of a line to that of the next, in sizes. */
export const leading = 1.28;

const segments = new Intl.Segmenter('und', { granularity: 'grapheme' });

function use({ document }: Pen, { size, bold = false, colour = ink.text }: Style): void {
  document
    .font(bold ? 'bold' : 'regular')
    .fontSize(size)
    .fillColor(colour);
}

export function widthOf(pen: Pen, text: string, style: Style): number {
  use(pen, style);
  return pen.document.widthOfString(boxed(pen.fonts, text));
}

/** The text, or as much of it as is not wider, with an ellipsis. */
export function fitted(pen: Pen, text: string, width: number, style: Style): string {
  if (widthOf(pen, text, style) <= width) return text;
  const parts = [...segments.segment(text)].map(({ segment }) => segment);
  let [low, high] = [0, parts.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const isNarrow = widthOf(pen, `${parts.slice(0, middle).join('').trimEnd()}…`, style) <= width;
    if (isNarrow) low = middle;
    else high = middle - 1;
  }
  return `${parts.slice(0, low).join('').trimEnd()}…`;
}

/**
 * The text in lines that are not wider, together the text again: those that end between words end with their space. A
 * word that is wider alone is broken.
 */
export function wrapped(pen: Pen, text: string, width: number, style: Style): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (widthOf(pen, longer, style) <= width) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(`${line} `);
    line = '';
    for (const { segment } of widthOf(pen, word, style) <= width
      ? [{ segment: word }]
      : segments.segment(word)) {
      if (widthOf(pen, line + segment, style) > width && line !== '') {
        lines.push(line);
        line = '';
      }
      line += segment;
    }
  }
  return line === '' ? lines : [...lines, line];
}

/**
 * Sets one line of text at a baseline. What the font lacks is a box, and the text itself is its replacement for who
 * copies or listens (PDF 1.7, 14.9.4).
 *
 * @param actual the replacement, where more is meant than there is room for
 */
export function set(pen: Pen, text: string, at: Line, style: Style, actual = text): void {
  if (text === '') return;
  const { document, fonts } = pen;
  const shown = boxed(fonts, text);
  if (shown !== text) pen.boxed.add(text);
  const isReplaced = actual !== shown;
  const spare = at.width - widthOf(pen, text, style);
  const { align = 'left' } = style;
  const indent = align === 'left' ? 0 : align === 'right' ? spare : spare / 2;
  use(pen, style);
  if (isReplaced) document.markContent('Span', { actual });
  document.text(shown, at.x + indent, at.baseline, { lineBreak: false, baseline: 'alphabetic' });
  if (isReplaced) document.endMarkedContent();
}

/** Sets lines below one another; `actual` replaces all of them for who copies or listens. */
export function setWrapped(
  pen: Pen,
  lines: readonly string[],
  { lineHeight, ...at }: Line & { readonly lineHeight: number },
  style: Style,
  actual?: string,
): void {
  const { document } = pen;
  if (actual !== undefined) document.markContent('Span', { actual });
  lines.forEach((line, i) => {
    set(pen, line, { ...at, baseline: at.baseline + i * lineHeight }, style);
  });
  if (actual !== undefined) document.endMarkedContent();
}

/** Sets one line, shortened where it must be; then the whole text is kept for the next page. */
export function setShortened(pen: Pen, { label, text }: Shortened, at: Line, style: Style): void {
  const shown = fitted(pen, text, at.width, style);
  if (shown !== text) pen.shortened.push({ label, text });
  set(pen, shown, at, style);
}

/** Where a line of text stands. */
export interface Line {
  readonly x: number;
  readonly baseline: number;
  readonly width: number;
}

/** Adds an element that holds others. */
export function group(pen: Pen, parent: Element, type: string, title = ''): Element {
  const element = pen.document.struct(type, { title });
  parent.add(element);
  return element;
}

/** Adds an element whose content is drawn now. */
export function tagged(
  pen: Pen,
  parent: Element,
  type: string,
  draw: () => void,
  options: { readonly alt?: string; readonly lang?: string; readonly scope?: 'Row' | 'Column' } = {},
): void {
  parent.add(pen.document.struct(type, options, draw));
}

/** Draws what says nothing to who does not see it, or what is said elsewhere. */
export function artifact(
  { document }: Pen,
  draw: () => void,
  type: 'Layout' | 'Pagination' = 'Layout',
): void {
  document.markContent('Artifact', { type });
  draw();
  document.endMarkedContent();
}

export function rectangle({ document }: Pen, box: Box, colour: string): void {
  document.rect(box.x, box.y, box.width, box.height).fill(colour);
}

export function rule(
  { document }: Pen,
  x: number,
  y: number,
  width: number,
  colour: string = ink.rule,
): void {
  document
    .moveTo(x, y)
    .lineTo(x + width, y)
    .lineWidth(0.5)
    .stroke(colour);
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
