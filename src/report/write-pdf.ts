import PDFDocument from 'pdfkit';
import type { Language } from '../config-schema.ts';
import { encodePng } from './encode-png.ts';
import type { ReportContent } from './report-content.ts';
import type { ReportPicture } from './report-pictures.ts';

/** The report on one page of A4, as PDF. */
export async function writePdf(
  { findings, subject }: ReportContent,
  pictures: readonly ReportPicture[],
  language: Language,
): Promise<Uint8Array> {
  const document = new PDFDocument({ size: 'A4', lang: language });
  const chunks: Buffer[] = [];
  document.on('data', (chunk: Buffer) => chunks.push(chunk));
  document.fontSize(10).text('Preliminary, made by software, not verified by a radiologist.');
  document.text(`${subject.patientName ?? ''} ${subject.patientId ?? ''}`);
  document.text(`CT severity score ${findings.severity.score} of 25 (${findings.severity.band})`);
  document.text(`${findings.involvement.percent.toFixed(1)} % of the lungs affected by opacity`);
  for (const { picture } of pictures.slice(0, 1))
    document.image(Buffer.from(encodePng(picture)), { width: 300 });
  document.end();
  await new Promise((resolve) => document.once('end', resolve));
  return Buffer.concat(chunks);
}
