import type { EligibilityConfig } from '../config-schema.ts';
import type { Notice } from '../errors.ts';
import type { SpacingMm } from '../volume/types.ts';
import { bodyPart, isLungKernel } from './body-part.ts';
import {
  ageProblems,
  coverageProblems,
  identityProblems,
  thickestMm,
  thicknessProblems,
  tiltProblems,
} from './eligibility-rules.ts';
import type { InstanceHeader } from './instance-header.ts';
import { type ObjectKind, objectKind } from './object-kind.ts';
import { ageYears } from './patient-age.ts';
import { pixelProblems, pixelWarnings } from './pixel-problems.ts';
import { type SliceStack, stackSlices } from './slice-stack.ts';

/** What a series is ranked by, PIPELINE.md 1. */
interface SeriesRank {
  readonly lungKernel: boolean;
  readonly sliceThicknessMm: number;
  readonly slices: number;
  readonly seriesNumber: number;
}

/** What is known about a series, or about one stack of a split one, before its pixels are fetched. */
export interface SeriesAssessment {
  readonly uid: string;
  readonly description?: string;
  readonly modality: string;
  /** Images at different positions; all instances where there is no geometry. */
  readonly slices: number;
  readonly sliceThicknessMm?: number;
  readonly spacingMm?: SpacingMm;
  readonly coverageMm?: number;
  readonly eligible: boolean;
  /** Why it is not eligible, or not the chosen one. */
  readonly reasons: readonly Notice[];
  readonly warnings: readonly Notice[];
  /** False: the tags do not settle the body part, so the volume must hold minLungLitres of lung. */
  readonly chestKnown: boolean;
  /** `reformatted` is computed from other images: refused where an original exists in the study. */
  readonly kind: 'original' | 'reformatted' | 'no-slices';
  readonly rank: SeriesRank;
}

/** Values of Image Type that say how an image was derived (PS3.3 C.8.16.1.3, C.8.2.1.1.1). */
const derivations = ['MPR', 'MIP', 'MINIP', 'MAX_IP', 'MIN_IP', 'PROJECTION IMAGE', 'REFORMATTED', 'AVERAGE'];

/** Objects that are no CT slices at all, in the order in which they are told. */
const wrongKinds: readonly (readonly [kind: ObjectKind, text: string])[] = [
  ['not-ct', 'The modality is not CT.'],
  ['secondary-capture', 'The images are secondary captures, not scans.'],
  ['localizer', 'The images are localizers.'],
  ['multi-frame', 'The images are multi-frame objects that do not say where each frame lies.'],
];

/**
 * Judges one series, or one stack of it, by PIPELINE.md 1, from the headers of all its images. Whether a
 * reformatted one is refused depends on the others of the study: rankSeries.
 */
export function assessSeries(headers: readonly InstanceHeader[], rules: EligibilityConfig): SeriesAssessment {
  const header = headers[0];
  if (header === undefined) throw new RangeError('a series without instances cannot be assessed');
  const base = {
    uid: header.seriesInstanceUid,
    modality: header.modality,
    ...(header.seriesDescription === undefined ? {} : { description: header.seriesDescription }),
  };
  const wrongKind = wrongKindOfObject(headers);
  if (wrongKind !== undefined) {
    return {
      ...base,
      slices: headers.length,
      eligible: false,
      reasons: [wrongKind],
      warnings: [],
      chestKnown: false,
      kind: 'no-slices',
      rank: rankOf(headers, thickestMm(headers), rules),
    };
  }
  const { stack, problems } = stackSlices(headers);
  const sliceThicknessMm = thickestMm(headers) ?? stack?.spacingMm[0];
  const part = bodyPart(headers, rules);
  const otherPart = notice('not-chest', 'The tags name another part of the body than the chest.');
  const thickness = thicknessProblems(headers, stack, rules);
  const reasons = [
    ...identityProblems(headers),
    ...(part === 'other' ? [otherPart] : []),
    ...pixelProblems(headers),
    ...problems,
    ...tiltProblems(headers, problems),
    ...thickness,
    ...coverageProblems(stack, thickness, rules),
    ...ageProblems(headers, rules),
  ];
  return {
    ...base,
    slices: stack?.order.length ?? headers.length,
    ...(sliceThicknessMm === undefined ? {} : { sliceThicknessMm }),
    ...(stack === undefined ? {} : { spacingMm: stack.spacingMm, coverageMm: stack.coverageMm }),
    eligible: reasons.length === 0,
    reasons,
    warnings: warningsOf(headers, stack, part === 'unknown'),
    chestKnown: part === 'chest',
    kind: headers.some(isReformatted) ? 'reformatted' : 'original',
    rank: rankOf(headers, sliceThicknessMm, rules, stack),
  };
}

/** Nothing else is worth saying about objects that are no slices. */
function wrongKindOfObject(headers: readonly InstanceHeader[]): Notice | undefined {
  const found = new Set(headers.map(objectKind));
  const wrong = wrongKinds.find(([kind]) => found.has(kind));
  return wrong && notice(...wrong);
}

function warningsOf(
  headers: readonly InstanceHeader[],
  stack: SliceStack | undefined,
  bodyPartUnknown: boolean,
): readonly Notice[] {
  const warnings: Notice[] = [];
  const add = (code: string, text: string) => warnings.push(notice(code, text));
  if (headers.every((header) => ageYears(header) === undefined)) {
    add('unknown-age', 'The age of the patient is not known; the models are for adults.');
  }
  if (bodyPartUnknown) {
    add('body-part-unknown', 'The tags do not settle the body part; it is judged by the lungs found.');
  }
  if (thickestMm(headers) === undefined) {
    const text = 'The slice thickness is not given; the slice distance stands for it.';
    add('slice-thickness-unknown', text);
  }
  warnings.push(...pixelWarnings(headers));
  const duplicates = stack?.duplicates.length ?? 0;
  return duplicates > 0 ? [...warnings, duplicateSlices(duplicates)] : warnings;
}

/** The warning about slices that were dropped (PIPELINE.md 2). */
export function duplicateSlices(count: number): Notice {
  const text = `${count} images at a position that another image has already were dropped.`;
  return notice('duplicate-slices', text);
}

function isReformatted({ imageType }: InstanceHeader): boolean {
  const values = imageType.map((value) => value.toUpperCase());
  return values[0] === 'DERIVED' || values.some((value) => derivations.includes(value));
}

function rankOf(
  headers: readonly InstanceHeader[],
  sliceThicknessMm: number | undefined,
  rules: EligibilityConfig,
  stack?: SliceStack,
): SeriesRank {
  const kernels = new Map(
    headers.map(({ convolutionKernel = [] }) => [convolutionKernel.join('\\'), convolutionKernel]),
  );
  return {
    lungKernel: [...kernels.values()].every((kernel) => isLungKernel(kernel, rules)),
    sliceThicknessMm: sliceThicknessMm ?? Number.POSITIVE_INFINITY,
    slices: stack?.order.length ?? headers.length,
    seriesNumber: headers.reduce(
      (least, { seriesNumber = least }) => Math.min(least, seriesNumber),
      Number.POSITIVE_INFINITY,
    ),
  };
}

function notice(code: string, text: string): Notice {
  return { code, text };
}
