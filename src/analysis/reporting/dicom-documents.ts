import { encapsulatedPdf } from '../../dicom/objects/encapsulated-pdf.ts';
import type { MadeObject, ObjectFacts } from '../../dicom/objects/object-facts.ts';
import {
  type CapturedPicture,
  type CapturedPlane,
  secondaryCaptures,
} from '../../dicom/objects/secondary-captures.ts';
import { segmentationObject } from '../../dicom/objects/seg/segmentation-object.ts';
import { measurementReport } from '../../dicom/objects/sr/measurement-report.ts';
import { publishedFindings } from '../../fhir/published-findings.ts';
import { pictureAlone } from '../../report/pictures/picture-alone.ts';
import type { ReportPicture } from '../../report/report-pictures.ts';
import type { DicomObjectKind, ReportDocument } from './report-document.ts';
import type { ComposeOrder } from './reporter-protocol.ts';

/** The report as an Encapsulated PDF holds it. */
export interface PdfOfReport {
  readonly title: string;
  readonly bytes: Uint8Array;
}

/** What goes into the PACS, in the order of `dicomObjectKinds`: what is referred to comes before what refers to it. */
export function dicomDocuments(order: ComposeOrder, pdf: PdfOfReport | undefined): readonly ReportDocument[] {
  const { wanted, drawn, content, language } = order;
  const facts = objectFacts(order);
  const wants = (kind: DicomObjectKind) => wanted.objects.includes(kind);
  // An image without a frame is none (PS3.3 C.7.6.6).
  const segmentation = (drawn.segmentation?.frames.length ?? 0) > 0 ? drawn.segmentation : undefined;
  const documents: ReportDocument[] = [];
  const add = (object: DicomObjectKind, name: string, title: string, { bytes, ...dicom }: MadeObject) =>
    documents.push({
      kind: 'dicom',
      name,
      title,
      contentType: 'application/dicom',
      bytes,
      dicom: { object, ...dicom },
    });
  if (wants('seg') && segmentation !== undefined) {
    add('seg', 'opacities-and-lobes.seg.dcm', 'Opacities and lobes', segmentationObject(facts, segmentation));
  }
  if (wants('sr')) {
    const findings = publishedFindings(content.findings);
    const withSegments = wants('seg') && segmentation !== undefined && !wanted.measurementsAlone;
    add('sr', 'measurements.sr.dcm', 'Measurements', measurementReport(facts, { findings, withSegments }));
  }
  if (wants('pdf') && pdf !== undefined) {
    add('pdf', 'report.pdf.dcm', pdf.title, encapsulatedPdf(facts, { ...pdf, language }));
  }
  if (wants('pictures')) {
    const made = secondaryCaptures(facts, drawn.pictures.map(captured));
    for (const [index, object] of made.entries()) {
      const { name } = drawn.pictures[index] as ReportPicture;
      add('pictures', `${name}.sc.dcm`, captions[name], object);
    }
  }
  return documents;
}

function objectFacts({ content, context, grid, sources }: ComposeOrder): ObjectFacts {
  const { runKey, issuedAt, algorithm, models } = content;
  return { context, runKey, issuedAt, algorithm, models, grid, sources };
}

/** In English, as everything in a DICOM object whose text is not a document of its own. */
const captions: Readonly<Record<ReportPicture['name'], string>> = {
  'most-affected': 'Most affected slice, lung window, opacities and lobes outlined',
  upper: 'Upper zone, lung window, opacities and lobes outlined',
  middle: 'Middle zone, lung window, opacities and lobes outlined',
  lower: 'Lower zone, lung window, opacities and lobes outlined',
  coronal: 'Coronal view, lung window, opacities and lobes outlined',
  sagittal: 'Sagittal view, lung window, opacities and lobes outlined',
  'lungs-front': '3D rendering of the lungs from the front',
  'lungs-back': '3D rendering of the lungs from the back',
  lobes: 'Share of each lobe that opacities fill',
};

function captured({ name, view, picture, mmPerPixel }: ReportPicture): CapturedPicture {
  const plane = planeOf(view, mmPerPixel);
  return {
    name,
    caption: captions[name],
    ...pictureAlone({ picture, view }),
    orientation: orientationOf(view),
    ...(view.kind === 'transverse' ? { slice: view.index } : {}),
    ...(plane === undefined ? {} : { plane }),
  };
}

const axes = { transverse: 'z', coronal: 'y', sagittal: 'x' } as const;

function planeOf(view: ReportPicture['view'], mmPerPixel: number | undefined): CapturedPlane | undefined {
  if (view.kind === 'rendering' || view.kind === 'figure' || mmPerPixel === undefined) return undefined;
  return { axis: axes[view.kind], positionMm: view.positionMm, mmPerPixel };
}

/** Seen from the feet, from the front, from the left; from the back the patient's right is on the right. */
function orientationOf(view: ReportPicture['view']): CapturedPicture['orientation'] {
  if (view.kind === 'transverse') return ['L', 'P'];
  if (view.kind === 'coronal') return ['L', 'F'];
  if (view.kind === 'sagittal') return ['P', 'F'];
  if (view.kind === 'rendering') return [view.from === 'front' ? 'L' : 'R', 'F'];
  return undefined;
}
