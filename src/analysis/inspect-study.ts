import type { EligibilityConfig } from '../config-schema.ts';
import { transferSyntax } from '../dicom/transfer-syntaxes.ts';
import type { InspectedStack, Inspection } from './inspection.ts';
import { type JudgedStack, type JudgedStudy, judgeStudy } from './judge-study.ts';
import type { SeriesLimits } from './limit-problems.ts';
import type { StudySource } from './study-source.ts';

/**
 * Says of every series of a study whether an analysis would take it and why, by the headers alone: no pixel is
 * fetched and no model runs.
 *
 * @throws LobarError as judgeStudy.
 */
export async function inspectStudy(
  source: StudySource,
  seriesUid: string | undefined,
  rules: EligibilityConfig,
  signal: AbortSignal,
  limits?: SeriesLimits,
): Promise<Inspection> {
  const wish = { seriesUid, force: false };
  const { header, stacks, best } = await judgeStudy(source, wish, rules, signal, limits);
  const { studyDescription: description, studyDate: date } = header;
  return {
    study: {
      uid: source.studyUid ?? header.studyInstanceUid,
      ...(description === undefined ? {} : { description }),
      ...(date === undefined ? {} : { date }),
    },
    outcome: best === undefined ? 'ineligible' : 'eligible',
    stacks: stacks.map((stack) => inspected(stack, best)),
    warnings: [...(source.warnings ?? [])],
  };
}

function inspected(stack: JudgedStack, best: JudgedStudy['best']): InspectedStack {
  const { uid, modality, slices, headers, eligible, reasons, warnings } = stack;
  const [{ seriesNumber, rows, columns, convolutionKernel, transferSyntaxUid }] = headers;
  const { description, distinguishedBy, spacingMm, sliceThicknessMm, coverageMm } = stack;
  // Of a series that is not CT a PACS is asked for no instance.
  const isListed = headers[0].sopInstanceUid !== '';
  const because = stack === best?.stack ? best.because : undefined;
  return {
    uid,
    ...(seriesNumber === undefined ? {} : { seriesNumber }),
    ...(description === undefined ? {} : { description }),
    ...(distinguishedBy === undefined ? {} : { distinguishedBy }),
    modality,
    images: isListed ? headers.length : 0,
    slices: isListed ? slices : 0,
    ...(rows > 0 && columns > 0 ? { columns, rows } : {}),
    ...(spacingMm === undefined ? {} : { spacingMm: mm(spacingMm) }),
    ...(sliceThicknessMm === undefined ? {} : { sliceThicknessMm: round(sliceThicknessMm) }),
    ...(coverageMm === undefined ? {} : { coverageMm: round(coverageMm) }),
    ...(convolutionKernel === undefined ? {} : { convolutionKernel: convolutionKernel.join('\\') }),
    ...(transferSyntaxUid === undefined ? {} : { transferSyntax: syntaxOf(transferSyntaxUid) }),
    state: because !== undefined ? 'chosen' : eligible ? 'eligible' : 'ineligible',
    ...(because === undefined ? {} : { chosenBecause: because }),
    reasons: [...reasons],
    warnings: [...warnings],
  };
}

function syntaxOf(uid: string): NonNullable<InspectedStack['transferSyntax']> {
  const { name = 'private or unknown', coding } = transferSyntax(uid) ?? {};
  return { uid, name, read: coding !== undefined };
}

function mm([z, y, x]: readonly [number, number, number]): [number, number, number] {
  return [round(z), round(y), round(x)];
}

function round(value: number): number {
  return Number(value.toFixed(4));
}
