import { draftFigure, type FigureDraft } from '../figure.ts';
import { quantityOf, type Rounds } from '../interleave.ts';

export type ReportCaseName = 'documents' | 'volumes' | 'dicom' | 'floor' | 'pipeline';

/** Ratios and targets first. */
export function reportFigures(measured: Rounds<ReportCaseName>): readonly FigureDraft[] {
  const ratio = (under: ReportCaseName, factor: number) =>
    measured.each(
      (round) => (factor * quantityOf(round.documents, 'cpuMs')) / quantityOf(round[under], 'cpuMs'),
    );
  const scaled = (of: ReportCaseName, quantity: string, by: number) =>
    measured.values(of, quantity).map((value) => value / by);
  const documents = 'pictures, PDF, HTML';
  return [
    draftFigure(documents, 'CPU', 's', scaled('documents', 'cpuMs', 1000), { atMost: 2 }),
    draftFigure(documents, 'report.pdf', 'kB', scaled('documents', 'report.pdf', 1000), { below: 1000 }),
    draftFigure(documents, 'CPU / that of packing the pixels', 'x', ratio('floor', 1)),
    draftFigure(documents, 'CPU / that of the pipeline', '%', ratio('pipeline', 100)),
    draftFigure(
      documents,
      'CPU of the first report of a process',
      's',
      scaled('documents', 'firstCpuMs', 1000),
    ),
    draftFigure(documents, 'report.html', 'kB', scaled('documents', 'report.html', 1000)),
    draftFigure('volumes (NIfTI)', 'CPU', 's', scaled('volumes', 'cpuMs', 1000), { atMost: 1.5 }),
    draftFigure('volumes (NIfTI)', 'size of the three', 'MB', scaled('volumes', 'bytes', 1e6)),
    draftFigure('pictures, DICOM objects', 'CPU', 's', scaled('dicom', 'cpuMs', 1000)),
    draftFigure('pictures, DICOM objects', 'size', 'MB', scaled('dicom', 'bytes', 1e6)),
    draftFigure('packing the pixels by zlib', 'CPU', 's', scaled('floor', 'cpuMs', 1000)),
    draftFigure('packing the pixels by zlib', 'pixels', 'million', scaled('floor', 'pixels', 1e6)),
    draftFigure('pipeline on the CPU', 'CPU', 's', scaled('pipeline', 'cpuMs', 1000)),
  ];
}
