import { encodePng } from '../../report/encode-png.ts';
import { encodePictures } from '../../report/report-images.ts';
import { summaryPicture } from '../../report/summary-picture.ts';
import { textsIn } from '../../report/texts.ts';
import { writeHtml } from '../../report/write-html.ts';
import { writePdf } from '../../report/write-pdf.ts';
import type { ReportDocument } from './report-document.ts';
import type { ComposeOrder } from './reporter-protocol.ts';

/** Makes the documents that are wanted, in the order of `documentKinds`. */
export async function composeReport({
  wanted: { kinds },
  drawn: { pictures },
  content,
  language,
}: ComposeOrder): Promise<readonly ReportDocument[]> {
  const documents: ReportDocument[] = [];
  const { title } = textsIn(language);
  const isRead = kinds.includes('pdf') || kinds.includes('html');
  const images = isRead ? encodePictures(pictures) : [];
  if (kinds.includes('pdf')) {
    const bytes = await writePdf(content, images, language);
    documents.push({
      kind: 'pdf',
      name: 'report.pdf',
      title,
      contentType: 'application/pdf',
      language,
      bytes,
    });
  }
  if (kinds.includes('html')) {
    const bytes = writeHtml(content, images, language);
    documents.push({ kind: 'html', name: 'report.html', title, contentType: 'text/html', language, bytes });
  }
  if (kinds.includes('png')) {
    const bytes = encodePng(summaryPicture(pictures));
    documents.push({ kind: 'png', name: 'pictures.png', title, contentType: 'image/png', bytes });
  }
  return documents;
}
