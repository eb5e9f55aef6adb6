import { encodePng } from '../../report/encode-png.ts';
import { encodePictures } from '../../report/report-images.ts';
import { summaryPicture } from '../../report/summary-picture.ts';
import { textsIn } from '../../report/texts.ts';
import { writeHtml } from '../../report/write-html.ts';
import { writePdf } from '../../report/write-pdf.ts';
import { dicomDocuments } from './dicom-documents.ts';
import type { ReportDocument } from './report-document.ts';
import type { ComposeOrder, Wanted } from './reporter-protocol.ts';

/** Makes the documents that are wanted, in the order of `documentKinds`. */
export async function composeReport(order: ComposeOrder): Promise<readonly ReportDocument[]> {
  const {
    wanted: { kinds, objects },
    drawn: { pictures, files },
    content,
    language,
  } = order;
  const documents: ReportDocument[] = [];
  const texts = textsIn(language);
  const { title } = texts;
  const images = areWritten(order.wanted) ? encodePictures(pictures, { files }) : [];
  const isPdfWanted = kinds.includes('pdf') || (kinds.includes('dicom') && objects.includes('pdf'));
  const pdf = isPdfWanted ? await writePdf(content, images, language) : undefined;
  if (kinds.includes('pdf') && pdf !== undefined) {
    documents.push({
      kind: 'pdf',
      name: 'report.pdf',
      title,
      contentType: 'application/pdf',
      language,
      bytes: pdf,
    });
  }
  if (kinds.includes('html')) {
    const bytes = writeHtml(content, images, language);
    documents.push({ kind: 'html', name: 'report.html', title, contentType: 'text/html', language, bytes });
  }
  if (kinds.includes('png')) {
    const bytes = encodePng(summaryPicture(pictures, texts));
    documents.push({ kind: 'png', name: 'pictures.png', title, contentType: 'image/png', bytes });
  }
  if (kinds.includes('dicom')) {
    documents.push(...dicomDocuments(order, pdf && { title, bytes: pdf }));
  }
  return documents;
}

/** Whether pictures go into a text, as files. */
export function areWritten({ kinds, objects }: Wanted): boolean {
  return (
    kinds.includes('pdf') || kinds.includes('html') || (kinds.includes('dicom') && objects.includes('pdf'))
  );
}
