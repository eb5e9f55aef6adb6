/** Of one class against the rest. */
export interface BinaryCounts {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
  readonly falseNegatives: number;
}

/** What was decided about a case, and what it really is. */
export interface DecidedCase<Label extends string> {
  readonly truth: Label;
  readonly decided: Label;
}

/** Cases by what they are (rows) and what was decided (columns), both in the order of `labels`. */
export function confusionMatrix<Label extends string>(
  cases: readonly DecidedCase<Label>[],
  labels: readonly Label[],
): number[][] {
  return labels.map((truth) =>
    labels.map((decided) => cases.filter((one) => one.truth === truth && one.decided === decided).length),
  );
}

export function againstRest<Label extends string>(
  cases: readonly DecidedCase<Label>[],
  label: Label,
): BinaryCounts {
  const count = (isLabel: boolean, isDecided: boolean) =>
    cases.filter((one) => (one.truth === label) === isLabel && (one.decided === label) === isDecided).length;
  return {
    truePositives: count(true, true),
    falsePositives: count(false, true),
    trueNegatives: count(false, false),
    falseNegatives: count(true, false),
  };
}

/** A share, undefined where there is nothing to have a share of. */
const share = (part: number, of: number) => (of === 0 ? undefined : part / of);

/** Share of the cases of the class that are found. */
export const sensitivity = (counts: BinaryCounts) =>
  share(counts.truePositives, counts.truePositives + counts.falseNegatives);
/** Share of the other cases that are left alone. */
export const specificity = (counts: BinaryCounts) =>
  share(counts.trueNegatives, counts.trueNegatives + counts.falsePositives);
/** Positive predictive value: it depends on how many cases of the cohort are of the class. */
export const positivePredictiveValue = (counts: BinaryCounts) =>
  share(counts.truePositives, counts.truePositives + counts.falsePositives);
/** Negative predictive value, which depends on that too. */
export const negativePredictiveValue = (counts: BinaryCounts) =>
  share(counts.trueNegatives, counts.trueNegatives + counts.falseNegatives);
export const accuracy = (counts: BinaryCounts) =>
  share(
    counts.truePositives + counts.trueNegatives,
    counts.truePositives + counts.trueNegatives + counts.falsePositives + counts.falseNegatives,
  );
