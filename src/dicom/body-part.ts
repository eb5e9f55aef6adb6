import type { EligibilityConfig } from '../config-schema.ts';
import type { InstanceHeader } from './instance-header.ts';

/** What the tags say about the body part: `unknown` leaves it to the volume itself (PIPELINE.md 1). */
export type BodyPart = 'chest' | 'other' | 'unknown';

/**
 * The body part by the word lists. What the series says itself weighs more than the study's description,
 * which often names all that was scanned: where the two contradict, nothing is known.
 */
export function bodyPart(header: InstanceHeader, rules: EligibilityConfig): BodyPart {
  const series = partIn([header.bodyPartExamined, header.seriesDescription, header.protocolName], rules);
  const study = partIn([header.studyDescription], rules);
  if (series === 'other' && study === 'chest') return 'unknown';
  return series === 'unknown' ? study : series;
}

function partIn(texts: readonly (string | undefined)[], rules: EligibilityConfig): BodyPart {
  const text = texts.join(' ').toLowerCase();
  if (rules.chestWords.some((word) => text.includes(word.toLowerCase()))) return 'chest';
  // A refusal needs a whole beginning of a word: 'hand' must not be found in 'Shandong'.
  const words = text.split(/[^\p{L}]+/u);
  const isOther = rules.otherBodyPartWords.some((other) =>
    words.some((word) => word.startsWith(other.toLowerCase())),
  );
  return isOther ? 'other' : 'unknown';
}

/** Whether a reconstruction kernel is one for lungs: a word of the list begins it or a word in it. */
export function isLungKernel(kernels: readonly string[], rules: EligibilityConfig): boolean {
  const words = kernels.flatMap((kernel) => kernel.toLowerCase().split(/[^a-z0-9]+/));
  return rules.lungKernelWords.some((lung) => words.some((word) => word.startsWith(lung.toLowerCase())));
}
