import type { EligibilityConfig } from '../config-schema.ts';
import type { Notice } from '../errors.ts';
import type { SpacingMm } from '../volume/types.ts';
import { bodyPart, isLungKernel } from './body-part.ts';
import type { InstanceHeader } from './instance-header.ts';
import { ageYears } from './patient-age.ts';
import { gantryTilt, isTilted, round, type SliceStack, stackSlices } from './slice-stack.ts';
import { isSecondaryCapture, sopClasses } from './uids.ts';

/** What a series is ranked by, PIPELINE.md 1. */
export interface SeriesRank {
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
      rank: rankOf(headers, header.sliceThicknessMm, rules),
    };
  }
  const { stack, problems } = stackSlices(headers);
  const sliceThicknessMm = header.sliceThicknessMm ?? stack?.spacingMm[0];
  const part = bodyPart(header, rules);
  const reasons = [
    ...identityProblems(header),
    ...(part === 'other'
      ? [notice('not-chest', 'The tags name another part of the body than the chest.')]
      : []),
    ...unitProblems(header),
    ...problems,
    ...tiltProblems(headers, problems),
    ...thicknessProblems(headers, stack, rules),
    ...coverageProblems(stack, rules),
    ...ageProblems(header, rules),
  ];
  return {
    ...base,
    slices: stack?.order.length ?? headers.length,
    ...(sliceThicknessMm === undefined ? {} : { sliceThicknessMm }),
    ...(stack === undefined ? {} : { spacingMm: stack.spacingMm }),
    eligible: reasons.length === 0,
    reasons,
    warnings: warningsOf(header, stack, part === 'unknown'),
    chestKnown: part === 'chest',
    kind: headers.some(isReformatted) ? 'reformatted' : 'original',
    rank: rankOf(headers, sliceThicknessMm, rules, stack),
  };
}

/** Objects that are no CT slices at all; nothing else is worth saying about them. */
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

function identityProblems(header: InstanceHeader): readonly Notice[] {
  if (header.studyInstanceUid !== '' && header.seriesInstanceUid !== '') return [];
  return [notice('no-identity', 'The images do not say which study and series they belong to.')];
}

function unitProblems({ rescaleType }: InstanceHeader): readonly Notice[] {
  if (rescaleType === undefined || !otherUnits.includes(rescaleType.toUpperCase())) return [];
  return [notice('not-hounsfield', 'The pixel values are not Hounsfield units.')];
}

function tiltProblems(headers: readonly InstanceHeader[], problems: readonly Notice[]): readonly Notice[] {
  const tilt = headers.map(({ gantryTiltDegrees }) => gantryTiltDegrees).find(isTilted);
  if (tilt === undefined || problems.some(({ code }) => code === 'gantry-tilt')) return [];
  return [gantryTilt(tilt)];
}

/** Thin slices far apart leave as much unseen as thick ones blur: the limit holds for both. */
function thicknessProblems(
  headers: readonly InstanceHeader[],
  stack: SliceStack | undefined,
  { maxSliceThicknessMm }: EligibilityConfig,
): readonly Notice[] {
  const thickest = Math.max(0, ...headers.map(({ sliceThicknessMm = 0 }) => sliceThicknessMm));
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
  // Fewer than this cannot cover the chest in slices that are thin enough.
  const minSlices = Math.ceil(minCoverageMm / maxSliceThicknessMm);
  if (slices < minSlices) {
    reasons.push(notice('too-few-slices', `There are ${slices} slices, fewer than ${minSlices}.`));
  }
  const coverage = slices * stack.spacingMm[0];
  if (coverage < minCoverageMm) {
    reasons.push(
      notice(
        'too-short',
        `The scan covers ${round(coverage)} mm from feet to head, less than ${minCoverageMm} mm.`,
      ),
    );
  }
  return reasons;
}

function ageProblems(header: InstanceHeader, { minAgeYears }: EligibilityConfig): readonly Notice[] {
  const age = ageYears(header);
  if (age === undefined || age >= minAgeYears) return [];
  return [notice('minor', `The patient is younger than ${minAgeYears} years.`)];
}

function warningsOf(
  header: InstanceHeader,
  stack: SliceStack | undefined,
  bodyPartUnknown: boolean,
): readonly Notice[] {
  const warnings: Notice[] = [];
  if (ageYears(header) === undefined) {
    warnings.push(notice('unknown-age', 'The age of the patient is not known; the models are for adults.'));
  }
  if (bodyPartUnknown) {
    warnings.push(
      notice('body-part-unknown', 'The tags do not settle the body part; it is judged by the lungs found.'),
    );
  }
  if (header.sliceThicknessMm === undefined) {
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
  const [header] = headers;
  return {
    lungKernel: isLungKernel(header?.convolutionKernel ?? [], rules),
    sliceThicknessMm: sliceThicknessMm ?? Number.POSITIVE_INFINITY,
    slices: stack?.order.length ?? headers.length,
    seriesNumber: header?.seriesNumber ?? Number.POSITIVE_INFINITY,
  };
}

function notice(code: string, text: string): Notice {
  return { code, text };
}
