import { wordFinder } from '../dicom/word-finder.ts';
import type { ListedSeries, ListedStudy } from './listed-study.ts';
import type { WatchRules } from './rules.ts';
import { studyStart } from './study-start.ts';

/** Each rule by the code of what it may find wrong. */
export const ruleCodes = [
  'modality',
  'description',
  'excluded-word',
  'too-old',
  'no-images',
  'not-stable',
] as const;
export type RuleCode = (typeof ruleCodes)[number];

/** What one rule says of a study: a sentence without its identifiers and its own words. */
export interface RuleFinding {
  readonly code: RuleCode;
  readonly passed: boolean;
  readonly text: string;
}

export interface Judgement {
  /** `waiting`: images still arrive, so that nothing is decided yet. */
  readonly decision: 'eligible' | 'filtered' | 'waiting';
  readonly reasons: readonly RuleFinding[];
}

/** Since when its images have not changed, ms; `told`: the PACS says that they are all there; `unknown`: one look does not show it. */
export type Stability = number | 'told' | 'unknown';

export interface Sight {
  /** Its series, where they were asked for. */
  readonly series?: readonly ListedSeries[] | undefined;
  readonly stability: Stability;
  /** Epoch, ms. */
  readonly now: number;
}

/** Judges a study by what its PACS tells of it. What a PACS does not tell speaks against no study. */
export function judgeByRules(study: ListedStudy, rules: WatchRules, sight: Sight): Judgement {
  const { series, now, stability } = sight;
  const reasons = [
    modality(study, rules, series),
    description(study, rules, series),
    excludedWord(study, rules),
    age(study, rules, now),
    images(study, series),
    stable(rules, stability),
  ];
  const isStable = reasons.at(-1)?.passed === true;
  const fits = reasons.every(({ passed }) => passed);
  return { decision: fits ? 'eligible' : isStable ? 'filtered' : 'waiting', reasons };
}

/** Whether what its series say may make a study eligible that is not by what is told of itself. */
export function needsSeries(study: ListedStudy, rules: WatchRules, now: number): boolean {
  const { modalities, images: count } = study;
  const final = [excludedWord(study, rules), age(study, rules, now)];
  if (modalities !== undefined) final.push(modality(study, rules, undefined));
  if (count !== undefined) final.push(images(study, undefined));
  if (final.some(({ passed }) => !passed)) return false;
  return modalities === undefined || count === undefined || !description(study, rules, undefined).passed;
}

/** How many images a study has: as its PACS tells, or else the sum of its series, where that is told. */
export function countImages({ images: told }: ListedStudy, series: Sight['series']): number | undefined {
  if (told !== undefined) return told;
  const counts = series?.flatMap(({ images: count }) => count ?? []) ?? [];
  if (series === undefined || counts.length < series.length) return undefined;
  return counts.reduce((sum, count) => sum + count, 0);
}

const finding =
  (code: RuleCode) =>
  (passed: boolean, text: string): RuleFinding => ({ code, passed, text });

function modality(study: ListedStudy, { modalities }: WatchRules, series: Sight['series']): RuleFinding {
  const says = finding('modality');
  const wanted = modalities.join(' or ');
  const ofStudy = study.modalities;
  if (ofStudy !== undefined) {
    const has = modalities.some((one) => ofStudy.includes(one));
    return has
      ? says(true, `It has ${wanted} (ModalitiesInStudy).`)
      : says(false, `It has no ${wanted} (ModalitiesInStudy).`);
  }
  const untold = 'The PACS tells no ModalitiesInStudy';
  if (series === undefined) return says(false, `${untold}, and its series were not asked for.`);
  if (series.some((one) => one.modality !== undefined && modalities.includes(one.modality))) {
    return says(true, `${untold}; one of its series is ${wanted}.`);
  }
  const tells = series.every((one) => one.modality !== undefined);
  if (tells) return says(false, `${untold}; none of its series is ${wanted}.`);
  return says(true, `${untold} and no Modality of some series: taken as ${wanted}.`);
}

function description(
  study: ListedStudy,
  { words, wordsSetting }: WatchRules,
  series: Sight['series'],
): RuleFinding {
  const says = finding('description');
  const wordIn = (texts: readonly (string | undefined)[]) => words.find(wordFinder(texts).holds);
  const ofStudy = wordIn([study.description]);
  if (ofStudy !== undefined) return says(true, `'${ofStudy}' is in its StudyDescription.`);
  const inSeries = series?.map(({ texts }) => wordIn(texts)).find((word) => word !== undefined);
  if (inSeries !== undefined) return says(true, `'${inSeries}' is in the description of one of its series.`);
  const where =
    study.description === undefined ? 'It has no StudyDescription' : `Not in its StudyDescription`;
  const alsoNot =
    series === undefined ? 'its series were not asked for' : `nor in those of its ${series.length} series`;
  return says(false, `${where}, ${alsoNot}: a word of ${wordsSetting}.`);
}

function excludedWord({ description: text }: ListedStudy, { withoutWords }: WatchRules): RuleFinding {
  const says = finding('excluded-word');
  const word = withoutWords.find(wordFinder([text]).holds);
  if (word !== undefined) return says(false, `'${word}' is in its StudyDescription (watch.withoutWords).`);
  return says(true, 'No word of watch.withoutWords is in its StudyDescription.');
}

function age(study: ListedStudy, { receivedWithinHours }: WatchRules, now: number): RuleFinding {
  const says = finding('too-old');
  const start = studyStart(study);
  if (start === undefined) return says(true, 'The PACS tells no StudyDate: taken as new.');
  const hours = (now - start.at) / 3_600_000;
  const zone = start.zoneAssumed
    ? ', in the time zone of this process, as the PACS tells no TimezoneOffsetFromUTC'
    : '';
  const limit = `watch.receivedWithinHours (${receivedWithinHours})`;
  if (hours > receivedWithinHours) {
    return says(false, `It is ${inHours(hours)} old, more than ${limit}, by StudyDate and StudyTime${zone}.`);
  }
  if (study.time === undefined) return says(true, `It has no StudyTime; its day is within ${limit}${zone}.`);
  if (hours < 0) {
    return says(true, `It is of a time in the future (${inHours(-hours)})${zone}: taken as new.`);
  }
  return says(true, `It is ${inHours(hours)} old, within ${limit}${zone}.`);
}

function inHours(hours: number): string {
  return hours < 1 ? `${Math.round(hours * 60)} min` : `${Number(hours.toFixed(1))} h`;
}

function images(study: ListedStudy, series: Sight['series']): RuleFinding {
  const says = finding('no-images');
  const count = countImages(study, series);
  if (count === undefined) return says(true, 'The PACS does not tell how many images it has.');
  return says(count > 0, `It has ${count} images.`);
}

function stable({ stableMinutes }: WatchRules, stability: Stability): RuleFinding {
  const says = finding('not-stable');
  const wanted = `watch.stableMinutes (${stableMinutes})`;
  if (stability === 'told') return says(true, 'The event says that its images are all there.');
  if (stability === 'unknown') {
    return says(true, `Not known by one look: its images must stay the same for ${wanted}.`);
  }
  const minutes = stability / 60_000;
  const seen = `Its images have not changed for ${Number(minutes.toFixed(1))} min`;
  return minutes >= stableMinutes
    ? says(true, `${seen}, ${wanted} or more.`)
    : says(false, `${seen}, less than ${wanted}.`);
}
