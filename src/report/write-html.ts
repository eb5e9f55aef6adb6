import type { Language } from '../config-schema.ts';
import { encodePng } from './encode-png.ts';
import type { ReportContent } from './report-content.ts';
import type { ReportPicture } from './report-pictures.ts';

/** The same report as one HTML file that needs nothing else. */
export function writeHtml(
  { findings }: ReportContent,
  pictures: readonly ReportPicture[],
  language: Language,
): Uint8Array {
  const images = pictures.map(
    ({ name, picture }) =>
      `<img alt="${name}" src="data:image/png;base64,${Buffer.from(encodePng(picture)).toString('base64')}">`,
  );
  return Buffer.from(
    `<!doctype html><html lang="${language}"><meta charset="utf-8"><title>Lobar</title>` +
      '<p>Preliminary, made by software, not verified by a radiologist.</p>' +
      `<p>CT severity score ${findings.severity.score} of 25</p>${images.join('')}</html>`,
  );
}
