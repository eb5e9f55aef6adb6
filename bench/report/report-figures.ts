import type { FigureDraft, Target } from '../figure.ts';
import { quantityOf, type Rounds } from '../interleave.ts';

export type ReportCaseName = 'documents' | 'volumes' | 'dicom' | 'floor' | 'pipeline';

/** Ratios and targets first. */
export function reportFigures(measured: Rounds<ReportCaseName>): readonly FigureDraft[] {
  const figure = (
    of: string,
    metric: string,
    unit: string,
    values: readonly number[],
    target?: Target,
  ): FigureDraft => ({ case: of, metric, unit, values, ...(target && { target }) });
  const ratio = (under: ReportCaseName, factor: number) =>
    measured.each(
      (round) => (factor * quantityOf(round.documents, 'cpuMs')) / quantityOf(round[under], 'cpuMs'),
    );
  const scaled = (of: ReportCaseName, quantity: string, by: number) =>
    measured.values(of, quantity).map((value) => value / by);
  const documents = 'pictures, PDF, HTML';
  return [
    figure(documents, 'CPU', 's', scaled('documents', 'cpuMs', 1000), { atMost: 2 }),
    figure(documents, 'report.pdf', 'kB', scaled('documents', 'report.pdf', 1000), { below: 1000 }),
    figure(documents, 'CPU / that of packing the pixels', 'x', ratio('floor', 1)),
    figure(documents, 'CPU / that of the pipeline', '%', ratio('pipeline', 100)),
    figure(documents, 'CPU of the first report of a process', 's', scaled('documents', 'firstCpuMs', 1000)),
    figure(documents, 'report.html', 'kB', scaled('documents', 'report.html', 1000)),
    figure('volumes (NIfTI)', 'CPU', 's', scaled('volumes', 'cpuMs', 1000), { atMost: 1.5 }),
    figure('volumes (NIfTI)', 'size of the three', 'MB', scaled('volumes', 'bytes', 1e6)),
    figure('pictures, DICOM objects', 'CPU', 's', scaled('dicom', 'cpuMs', 1000)),
    figure('pictures, DICOM objects', 'size', 'MB', scaled('dicom', 'bytes', 1e6)),
    figure('packing the pixels by zlib', 'CPU', 's', scaled('floor', 'cpuMs', 1000)),
    figure('packing the pixels by zlib', 'pixels', 'million', scaled('floor', 'pixels', 1e6)),
    figure('pipeline on the CPU', 'CPU', 's', scaled('pipeline', 'cpuMs', 1000)),
  ];
}
