import type { EligibilityConfig } from '../config-schema.ts';
import type { InstanceHeader } from './instance-header.ts';
import { wordFinder } from './word-finder.ts';

/** What the tags say about the body part: `unknown` leaves it to the volume itself (PIPELINE.md 1). */
type BodyPart = 'chest' | 'other' | 'unknown';

/**
 * The body part of a series by the word lists. Images that contradict one another, or of which only some
 * name the chest, settle nothing, whichever came first.
 */
export function bodyPart(headers: readonly InstanceHeader[], rules: EligibilityConfig): BodyPart {
  // Images of a series nearly always carry the same words: each wording is read once.
  const wordings = new Map(headers.map((header) => [JSON.stringify(wordsOf(header)), header]));
  const parts = new Set([...wordings.values()].map((header) => bodyPartOfImage(header, rules)));
  if (parts.has('chest')) return parts.size === 1 ? 'chest' : 'unknown';
  return parts.has('other') ? 'other' : 'unknown';
}

/**
 * What the series says itself weighs more than the study's description, which often names all that was
 * scanned. Where chest and another part are both named (BodyPartExamined says ABDOMEN and a description
 * thorax; a scan of chest to pelvis; a thoracic spine), nothing is known.
 */
function bodyPartOfImage(header: InstanceHeader, rules: EligibilityConfig): BodyPart {
  const { series: own, study: whole } = wordsOf(header);
  const [series, study] = [partsIn(own, rules), partsIn(whole, rules)];
  if (series.chest) return series.other ? 'unknown' : 'chest';
  if (series.other) return study.chest ? 'unknown' : 'other';
  if (study.chest === study.other) return 'unknown';
  return study.chest ? 'chest' : 'other';
}

function wordsOf({ bodyPartExamined, seriesDescription, protocolName, studyDescription }: InstanceHeader) {
  return { series: [bodyPartExamined, seriesDescription, protocolName], study: [studyDescription] };
}

function partsIn(texts: readonly (string | undefined)[], rules: EligibilityConfig) {
  const words = wordFinder(texts);
  return {
    chest: rules.chestWords.some(words.holds),
    other: rules.otherBodyPartWords.some(words.begins),
  };
}

/** Whether a reconstruction kernel is one for lungs: a word of the list begins it or a word in it. */
export function isLungKernel(kernels: readonly string[], rules: EligibilityConfig): boolean {
  const words = kernels.flatMap((kernel) => kernel.toLowerCase().split(/[^a-z0-9]+/));
  return rules.lungKernelWords.some((lung) => words.some((word) => word.startsWith(lung.toLowerCase())));
}
