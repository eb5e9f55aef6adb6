import type { EligibilityConfig } from '../config-schema.ts';
import type { Notice } from '../errors.ts';
import type { SpacingMm } from '../volume/types.ts';
import { bodyPart, isLungKernel } from './body-part.ts';
import type { InstanceHeader } from './instance-header.ts';
import { ageYears } from './patient-age.ts';
import { gantryTilt, isTilted, round, type SliceStack, stackSlices } from './slice-stack.ts';
import { isSecondaryCapture, sopClasses } from './uids.ts';

/** What a series is ranked by, PIPELINE.md 1. */
interface SeriesRank {
  readonly lungKernel: boolean;
  readonly sliceThicknessMm: number;
  readonly slices: number;
  readonly seriesNumber: number;
}

/** What is known about a series before its pixels are fetched. */
export interface SeriesAssessment {
  readonly uid: string;
  readonly description?: string;
  readonly modality: string;
  /** Images at different positions; all instances where there is no geometry. */
  readonly slices: number;
  readonly sliceThicknessMm?: number;
  readonly spacingMm?: SpacingMm;
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

/** Rescale types whose numbers are no HU (PS3.3 C.11.1.1.2). */
const otherUnits = ['OD', 'MGML', 'Z_EFF', 'ED', 'EDW', 'HU_MOD', 'PCT'];
/** Values of Image Type that say how an image was derived (PS3.3 C.8.16.1.3, C.8.2.1.1.1). */
const derivations = ['MPR', 'MIP', 'MINIP', 'MAX_IP', 'MIN_IP', 'PROJECTION IMAGE', 'REFORMATTED', 'AVERAGE'];

/**
 * Judges one series by PIPELINE.md 1, from the headers of all its instances. Whether a reformatted series
 * is refused depends on the others of the study: rankSeries.
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
  const reasons = [
    ...identityProblems(headers),
    ...(part === 'other'
      ? [notice('not-chest', 'The tags name another part of the body than the chest.')]
      : []),
    ...unitProblems(headers),
    ...problems,
    ...tiltProblems(headers, problems),
    ...thicknessProblems(headers, stack, rules),
    ...coverageProblems(stack, rules),
    ...ageProblems(headers, rules),
  ];
  return {
    ...base,
    slices: stack?.order.length ?? headers.length,
    ...(sliceThicknessMm === undefined ? {} : { sliceThicknessMm }),
    ...(stack === undefined ? {} : { spacingMm: stack.spacingMm }),
    eligible: reasons.length === 0,
    reasons,
    warnings: warningsOf(headers, stack, part === 'unknown'),
    chestKnown: part === 'chest',
    kind: headers.some(isReformatted) ? 'reformatted' : 'original',
    rank: rankOf(headers, sliceThicknessMm, rules, stack),
  };
}

/**
 * Objects that are no CT slices at all; nothing else is worth saying about them.
 *
 * [ours] PIPELINE.md 1 has no code of its own for secondary captures, and none for multi-frame objects, whose
 * geometry and rescale stand in sequences that are not read: the caller should learn which of them it sent.
 */
function wrongKindOfObject(headers: readonly InstanceHeader[]): Notice | undefined {
  const some = (test: (header: InstanceHeader) => boolean) => headers.some(test);
  if (some(({ modality }) => modality !== 'CT')) {
    return notice('not-ct', 'The modality is not CT.');
  }
  if (some(({ sopClassUid }) => isSecondaryCapture(sopClassUid))) {
    return notice('secondary-capture', 'The images are secondary captures, not scans.');
  }
  if (some(({ imageType }) => imageType.some((value) => value.toUpperCase() === 'LOCALIZER'))) {
    return notice('localizer', 'The images are localizers, or localizers are among them.');
  }
  const { enhancedCt, legacyEnhancedCt } = sopClasses;
  if (
    some((h) => h.numberOfFrames !== 1 || [enhancedCt, legacyEnhancedCt].some((uid) => uid === h.sopClassUid))
  ) {
    return notice('multi-frame', 'The images are multi-frame objects, which are not read.');
  }
  return undefined;
}

/** [ours] Findings of images that name no study and series could be reported on nobody. */
function identityProblems(headers: readonly InstanceHeader[]): readonly Notice[] {
  const isNamed = (h: InstanceHeader) => h.studyInstanceUid !== '' && h.seriesInstanceUid !== '';
  if (headers.every(isNamed)) return [];
  return [notice('no-identity', 'The images do not say which study and series they belong to.')];
}

/** [ours] Every threshold of PIPELINE.md is in HU; dual-energy maps look like CT and hold something else. */
function unitProblems(headers: readonly InstanceHeader[]): readonly Notice[] {
  if (!headers.some(({ rescaleType = '' }) => otherUnits.includes(rescaleType.toUpperCase()))) return [];
  return [notice('not-hounsfield', 'The pixel values are not Hounsfield units.')];
}

function tiltProblems(headers: readonly InstanceHeader[], problems: readonly Notice[]): readonly Notice[] {
  const tilt = headers.map(({ gantryTiltDegrees }) => gantryTiltDegrees).find(isTilted);
  if (tilt === undefined || problems.some(({ code }) => code === 'gantry-tilt')) return [];
  return [gantryTilt(tilt)];
}

/** [ours] Thin slices far apart leave as much unseen as thick ones blur: the limit holds for both. */
function thicknessProblems(
  headers: readonly InstanceHeader[],
  stack: SliceStack | undefined,
  { maxSliceThicknessMm }: EligibilityConfig,
): readonly Notice[] {
  const thickest = thickestMm(headers) ?? 0;
  const spacing = stack?.spacingMm[0] ?? 0;
  const limit = `more than ${maxSliceThicknessMm} mm`;
  if (thickest > maxSliceThicknessMm) {
    return [notice('slice-too-thick', `The slices are ${round(thickest)} mm thick, ${limit}.`)];
  }
  if (spacing > maxSliceThicknessMm * 1.001) {
    return [notice('slice-too-thick', `The slices lie ${round(spacing)} mm apart, ${limit}.`)];
  }
  return [];
}

function coverageProblems(
  stack: SliceStack | undefined,
  { minCoverageMm, maxSliceThicknessMm }: EligibilityConfig,
): readonly Notice[] {
  if (stack === undefined) return [];
  const reasons: Notice[] = [];
  const slices = stack.order.length;
  // [ours] Fewer than this cannot cover the chest in slices that are thin enough.
  const minSlices = Math.ceil(minCoverageMm / maxSliceThicknessMm);
  if (slices < minSlices) {
    reasons.push(notice('too-few-slices', `There are ${slices} slices, fewer than ${minSlices}.`));
  }
  if (stack.coverageMm < minCoverageMm) {
    reasons.push(
      notice(
        'too-short',
        `The scan covers ${round(stack.coverageMm)} mm from feet to head, less than ${minCoverageMm} mm.`,
      ),
    );
  }
  return reasons;
}

function ageProblems(
  headers: readonly InstanceHeader[],
  { minAgeYears }: EligibilityConfig,
): readonly Notice[] {
  const isMinor = headers.some((header) => (ageYears(header) ?? minAgeYears) < minAgeYears);
  if (!isMinor) return [];
  return [notice('minor', `The patient is younger than ${minAgeYears} years.`)];
}

function warningsOf(
  headers: readonly InstanceHeader[],
  stack: SliceStack | undefined,
  bodyPartUnknown: boolean,
): readonly Notice[] {
  const warnings: Notice[] = [];
  if (headers.every((header) => ageYears(header) === undefined)) {
    warnings.push(notice('unknown-age', 'The age of the patient is not known; the models are for adults.'));
  }
  if (bodyPartUnknown) {
    warnings.push(
      notice('body-part-unknown', 'The tags do not settle the body part; it is judged by the lungs found.'),
    );
  }
  if (thickestMm(headers) === undefined) {
    warnings.push(
      notice(
        'slice-thickness-unknown',
        'The slice thickness is not given; the slice distance stands for it.',
      ),
    );
  }
  if (stack !== undefined && stack.duplicates.length > 0)
    warnings.push(duplicateSlices(stack.duplicates.length));
  return warnings;
}

/** The warning about slices that were dropped (PIPELINE.md 2). */
export function duplicateSlices(count: number): Notice {
  return notice(
    'duplicate-slices',
    `${count} images at a position that another image has already were dropped.`,
  );
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

/** SliceThickness of the thickest slice; undefined where none is given. */
function thickestMm(headers: readonly InstanceHeader[]): number | undefined {
  const given = headers.flatMap(({ sliceThicknessMm }) => sliceThicknessMm ?? []);
  return given.length === 0 ? undefined : given.reduce((a, b) => Math.max(a, b));
}

function notice(code: string, text: string): Notice {
  return { code, text };
}
