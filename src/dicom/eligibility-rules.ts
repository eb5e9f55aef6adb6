/** The rules of PIPELINE.md 1, one function each: the reasons that a stack of slices gives to be refused. */
import type { EligibilityConfig } from '../config-schema.ts';
import type { Notice } from '../errors.ts';
import type { InstanceHeader } from './instance-header.ts';
import { ageYears } from './patient-age.ts';
import { gantryTilt, isTilted, round, type SliceStack } from './slice-stack.ts';

type Headers = readonly InstanceHeader[];

/**
 * [ours] Findings of images that name no study and series could be reported on nobody, those of images that do
 * not all name one patient on the wrong one. Where no image names a patient, they agree.
 */
export function identityProblems(headers: Headers): readonly Notice[] {
  const problems: Notice[] = [];
  const isNamed = (h: InstanceHeader) => h.studyInstanceUid !== '' && h.seriesInstanceUid !== '';
  if (!headers.every(isNamed)) {
    problems.push(notice('no-identity', 'The images do not say which study and series they belong to.'));
  }
  const patients = new Set(headers.map(({ patient }) => JSON.stringify([patient.id, patient.issuerOfId])));
  if (patients.size > 1) {
    const text = 'The images do not all name the same patient (PatientID, IssuerOfPatientID).';
    problems.push(notice('several-patients', text));
  }
  return problems;
}

/** A tilt that the header tells, where the positions did not show it already. */
export function tiltProblems(headers: Headers, problems: readonly Notice[]): readonly Notice[] {
  const tilt = headers.map(({ gantryTiltDegrees }) => gantryTiltDegrees).find(isTilted);
  if (tilt === undefined || problems.some(({ code }) => code === 'gantry-tilt')) return [];
  return [gantryTilt(tilt)];
}

/** Slices that blur too much, and [ours] `slice-gap`: thin ones far apart, between which as much is unseen. */
export function thicknessProblems(
  headers: Headers,
  stack: SliceStack | undefined,
  { maxSliceThicknessMm }: EligibilityConfig,
): readonly Notice[] {
  const thickest = thickestMm(headers);
  const spacing = stack?.spacingMm[0] ?? 0;
  const limit = `more than ${maxSliceThicknessMm} mm`;
  if (thickest !== undefined && thickest > maxSliceThicknessMm) {
    return [notice('slice-too-thick', `The slices are ${round(thickest)} mm thick, ${limit}.`)];
  }
  if (spacing <= maxSliceThicknessMm * 1.001) return [];
  const apart = `${round(spacing)} mm apart, ${limit}`;
  return thickest === undefined
    ? [notice('slice-too-thick', `The slices lie ${apart}.`)]
    : [notice('slice-gap', `The slices are ${round(thickest)} mm thick, but lie ${apart}.`)];
}

/** `gaps`: what thicknessProblems found; that slices far apart are few goes without saying. */
export function coverageProblems(
  stack: SliceStack | undefined,
  gaps: readonly Notice[],
  { minCoverageMm, maxSliceThicknessMm }: EligibilityConfig,
): readonly Notice[] {
  if (stack === undefined) return [];
  const reasons: Notice[] = [];
  const slices = stack.order.length;
  // [ours] Fewer than this cannot cover the chest in slices that are thin enough.
  const minSlices = Math.ceil(minCoverageMm / maxSliceThicknessMm);
  if (slices < minSlices && !gaps.some(({ code }) => code === 'slice-gap')) {
    reasons.push(notice('too-few-slices', `There are ${slices} slices, fewer than ${minSlices}.`));
  }
  if (stack.coverageMm < minCoverageMm) {
    const covers = `The scan covers ${round(stack.coverageMm)} mm from feet to head`;
    reasons.push(notice('too-short', `${covers}, less than ${minCoverageMm} mm.`));
  }
  return reasons;
}

export function ageProblems(headers: Headers, { minAgeYears }: EligibilityConfig): readonly Notice[] {
  const isMinor = headers.some((header) => (ageYears(header) ?? minAgeYears) < minAgeYears);
  if (!isMinor) return [];
  return [notice('minor', `The patient is younger than ${minAgeYears} years.`)];
}

/** SliceThickness of the thickest slice; undefined where none is given. */
export function thickestMm(headers: Headers): number | undefined {
  const given = headers.flatMap(({ sliceThicknessMm }) => sliceThicknessMm ?? []);
  return given.length === 0 ? undefined : given.reduce((a, b) => Math.max(a, b));
}

function notice(code: string, text: string): Notice {
  return { code, text };
}
