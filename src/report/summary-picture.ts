import { blankPicture, type Picture } from './picture.ts';
import { captionPicture } from './pictures/caption-picture.ts';
import { drawText, textWidth } from './pictures/draw-text.ts';
import { pastePicture } from './pictures/paste-picture.ts';
import { positionTexts } from './pictures/position-texts.ts';
import { shrinkPicture } from './pictures/shrink-picture.ts';
import type { PictureName, ReportPicture } from './report-pictures.ts';
import type { ReportTexts } from './texts.ts';

const margin = 20;
const gap = 12;
const footer = 44;
const textSize = 15;
/** A rendering has no letters: where it is larger than its place, it is shown smaller. */
const widestRendering = 480;

/** What stands on every page of the report, and below the sheet: pictures may travel alone. */
export type SheetTexts = Pick<ReportTexts, 'status' | 'researchUse'>;

/** Pictures side by side. */
type Row = readonly Picture[];
/** Rows below one another. */
type Column = readonly Row[];

/**
 * All pictures of a report on one black sheet, where they lie, and what it is worth. Planes are as large as they are drawn, renderings
 * take what is left; a picture that is not there leaves no gap.
 */
export function summaryPicture(pictures: readonly ReportPicture[], texts: SheetTexts): Picture {
  const byName = new Map(
    pictures.map(({ name, picture, view }) => [name, captionPicture(picture, [positionTexts(view)])]),
  );
  const row = (...names: PictureName[]): Column => {
    const found = names.flatMap((name) => byName.get(name) ?? []);
    return found.length > 0 ? [found] : [];
  };
  const planes: readonly Column[] = [
    [...row('most-affected'), ...row('coronal', 'sagittal')],
    [...row('upper'), ...row('middle'), ...row('lower')],
  ];
  const figures = row('lobes');
  const room = Math.max(...planes.map(heightOf)) - heightOf(figures) - gap;
  const renderings = fitColumn([...row('lungs-front'), ...row('lungs-back')], room);
  const columns = [...planes, [...renderings, ...figures]].filter((column) => column.length > 0);
  return layOut(columns, texts);
}

/** Rows of one picture each, made smaller where they are higher than the room, shared evenly. */
function fitColumn(column: Column, room: number): Column {
  if (column.length === 0) return column;
  const height = (room - gap * (column.length - 1)) / column.length;
  if (height < 1) return column;
  return column.map((row) =>
    row.map((picture) => shrinkPicture(picture, { width: widestRendering, height })),
  );
}

function layOut(columns: readonly Column[], texts: SheetTexts): Picture {
  const height = Math.max(0, ...columns.map(heightOf));
  const width = columns.reduce((sum, column) => sum + widthOf(column) + gap, -gap);
  const least = 2 * margin;
  const sheet = blankPicture(Math.max(0, width) + least, height + least + footer);
  let left = margin;
  for (const column of columns) {
    layColumn(sheet, column, left, height);
    left += widthOf(column) + gap;
  }
  drawStatus(sheet, texts);
  return sheet;
}

/** At the bottom, in smaller letters where the sheet is too narrow. */
function drawStatus(sheet: Picture, { status, researchUse }: SheetTexts): void {
  const width = textWidth(status, textSize) + textWidth(researchUse, textSize) + 2 * textSize;
  const size = textSize * Math.min(1, (sheet.width - 2 * margin) / width);
  const baseline = sheet.height - margin;
  drawText(sheet, status, { x: margin, baseline, size });
  drawText(sheet, researchUse, { x: sheet.width - margin, baseline, align: 'right', size });
}

/** The rows spread over the height, each in the middle of the column's width. */
function layColumn(sheet: Picture, column: Column, left: number, height: number): void {
  const spare = (height - heightOf(column)) / Math.max(1, column.length - 1);
  let top = margin;
  for (const row of column) {
    let x = left + Math.floor((widthOf(column) - rowWidth(row)) / 2);
    for (const picture of row) {
      pastePicture(sheet, picture, x, Math.floor(top));
      x += picture.width + gap;
    }
    top += rowHeight(row) + gap + spare;
  }
}

function heightOf(column: Column): number {
  return column.length === 0 ? 0 : column.reduce((sum, row) => sum + rowHeight(row) + gap, -gap);
}

function widthOf(column: Column): number {
  return Math.max(0, ...column.map(rowWidth));
}

function rowHeight(row: Row): number {
  return Math.max(0, ...row.map((picture) => picture.height));
}

function rowWidth(row: Row): number {
  return row.reduce((sum, picture) => sum + picture.width + gap, -gap);
}
