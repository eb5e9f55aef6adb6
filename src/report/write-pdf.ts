import PDFDocument from 'pdfkit';
import type { Language } from '../config-schema.ts';
import { drawContinued } from './pdf/continued.ts';
import { drawFindings } from './pdf/findings.ts';
import { type ReportFonts, reportFonts } from './pdf/fonts.ts';
import { drawFoots, footHeight } from './pdf/foot.ts';
import { drawStatus, drawTitle } from './pdf/head.ts';
import { drawIdentity } from './pdf/identity.ts';
import { drawInvolvement } from './pdf/involvement.ts';
import { drawModels, heightOfModels } from './pdf/models.ts';
import { type Box, type Document, type Element, ink, type Pen, set, tagged } from './pdf/pen.ts';
import { drawFigure, drawStrip } from './pdf/pictures.ts';
import { drawTrend } from './pdf/trend.ts';
import { drawWarnings } from './pdf/warnings.ts';
import type { ReportContent } from './report-content.ts';
import type { ReportImage } from './report-images.ts';
import type { PictureName } from './report-pictures.ts';
import { type ReportSheet, reportSheet } from './report-sheet.ts';

/** A4, points; what a printer's edges leave. */
const paper = { width: 595.28, height: 841.89 };
const margin = { x: 28, y: 24 };
const page: Box = {
  x: margin.x,
  y: margin.y,
  width: paper.width - 2 * margin.x,
  height: paper.height - 2 * margin.y - footHeight,
};
const gap = 8;

/**
 * The report on one page of A4, as a tagged PDF; the same content gives the same bytes. What has no room there, and
 * only that, is on a second page, and the first one says so.
 */
export async function writePdf(
  content: ReportContent,
  images: readonly ReportImage[],
  language: Language,
): Promise<Uint8Array> {
  const sheet = reportSheet(content, images, language);
  const document = openDocument(sheet, reportFonts);
  const chunks: Buffer[] = [];
  document.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise((resolve) => document.once('end', resolve));

  const pen: Pen = { document, fonts: reportFonts, shortened: [], boxed: new Set() };
  const root = document.struct('Document');
  document.addStructure(root);
  const warnings = drawFirstPage(pen, root, sheet);
  drawContinued(pen, root, sheet, warnings, page);
  root.end();
  drawFoots(pen, sheet, { ...page, y: page.y + page.height });

  document.end();
  await ended;
  return Buffer.concat(chunks);
}

/** Ids and dates of the file follow from the content too. */
function openDocument({ language, texts, issuedAt }: ReportSheet, fonts: ReportFonts): Document {
  const document = new PDFDocument({
    size: 'A4',
    margin: 0,
    pdfVersion: '1.7',
    lang: language,
    tagged: true,
    displayTitle: true,
    bufferPages: true,
    // None of the standard ones, which are not embedded.
    font: '',
    // XMP is made of these without escaping: nothing from outside may be among them.
    info: {
      Title: texts.title,
      Creator: 'Lobar',
      Producer: 'Lobar',
      CreationDate: issuedAt,
      ModDate: issuedAt,
    },
  });
  // A parsed font is taken as it is, which the types do not know.
  for (const [name, font] of Object.entries(fonts)) document.registerFont(name, font as unknown as string);
  return document;
}

/** The small pictures: how wide one is, how high at least; two lines of caption and the legend are below them. */
const strip = { columns: 5, gap: 6, ratio: 9 / 7, width: (page.width - 4 * 6) / 5, least: 36, captions: 33 };

/** What is left for captions, the first warnings and the last of the earlier results. */
function heightBelow({ trend, warnings }: ReportSheet): number {
  return strip.captions + (trend === undefined ? (warnings.length === 0 ? 0 : 28) : 60);
}

/** @returns the warnings for which there is no room */
function drawFirstPage(pen: Pen, root: Element, sheet: ReportSheet) {
  const { x, width } = page;
  const named = (...names: readonly PictureName[]) =>
    names.flatMap((name) => sheet.figures.filter((figure) => figure.name === name));
  const [main] = named('most-affected');
  const small = named('upper', 'middle', 'lower', 'coronal', 'sagittal');
  const renderings = named('lungs-front', 'lungs-back');

  let y = drawTitle(pen, root, sheet, page);
  y = drawStatus(pen, root, sheet, { ...page, y: y + 4 });
  y = drawIdentity(pen, root, sheet, { ...page, y: y + 5 });

  const mainWidth = 300;
  const left = { x, y: y + gap, width: mainWidth, height: mainWidth * 0.75 };
  const right = { x: x + mainWidth + 16, width: width - mainWidth - 16 };
  const column = main === undefined ? { x, width } : right;
  const afterFindings = drawFindings(pen, root, sheet, { ...left, ...column });
  const afterMain = main === undefined ? afterFindings : drawFigure(pen, root, main, left);
  y = Math.max(afterFindings, afterMain);

  const beside = 214;
  const tableWidth = renderings.length > 0 ? width - beside - 14 : width;
  const afterTable = drawInvolvement(pen, root, sheet, { x, y: y + gap, width: tableWidth });
  const shape = { columns: 2, ratio: 1, gap: 6 };
  const afterRenderings = drawStrip(
    pen,
    root,
    renderings,
    { x: x + width - beside, y: y + gap, width: beside },
    shape,
  );
  y = Math.max(afterTable, afterRenderings);
  const modelsTop = page.y + page.height - heightOfModels(pen, sheet, width);
  if (small.length > 0) {
    const top = y + gap - 2;
    // Where the name of the patient is long, these give way: what stands below must have its lines.
    const room = modelsTop - top - heightBelow(sheet);
    const ratio = Math.max(strip.ratio, strip.width / Math.max(strip.least, room));
    y = drawStrip(pen, root, small, { x, y: top, width }, { columns: strip.columns, ratio, gap: strip.gap });
  }
  if (sheet.figures.length > 0) {
    const legend = { size: 6.3, colour: ink.quiet };
    const baseline = y + 6;
    tagged(pen, root, 'P', () => set(pen, sheet.texts.legend, { x, baseline, width }, legend));
    y += 9;
  }

  const middle = { x, y: y + 4, width, height: modelsTop - y - 4 };
  const halves = sheet.trend === undefined ? undefined : { left: 0.5 * width - 8, right: 0.5 * width - 8 };
  const trendBox =
    halves === undefined ? middle : { ...middle, x: x + width - halves.right, width: halves.right };
  const rest = drawWarnings(pen, root, sheet, { ...middle, width: halves?.left ?? width });
  drawTrend(pen, root, sheet, trendBox);
  drawModels(pen, root, sheet, { x, y: modelsTop, width });
  return rest;
}
