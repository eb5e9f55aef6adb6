import type { Language } from '../config-schema.ts';
import type { Notice } from '../errors.ts';
import { areTrainedOnPhantoms } from '../pipeline/statements.ts';
import { type CovidClass, classes } from '../pipeline/types.ts';
import { type Formats, formatsOf } from './formats.ts';
import { readingText } from './reading-text.ts';
import type { ReportContent, ReportModel } from './report-content.ts';
import type { ReportImage } from './report-images.ts';
import { type Field, identityOf, originOf } from './sheet/identity.ts';
import { type InvolvementSheet, involvementOf } from './sheet/involvement.ts';
import { type ModelSheet, modelsOf } from './sheet/models.ts';
import { type FigureSheet, figuresOf } from './sheet/pictures.ts';
import { type SeveritySheet, severityOf } from './sheet/severity.ts';
import { type TrendSheet, trendOf } from './sheet/trend.ts';
import { type ReportTexts, textsIn } from './texts.ts';

/** A report in the words of one language, which PDF and HTML only have to set. */
export interface ReportSheet {
  readonly language: Language;
  readonly texts: ReportTexts;
  readonly formats: Formats;
  readonly site: string;
  /** 'Lobar 0.1.0' */
  readonly algorithm: string;
  readonly issued: string;
  /** When it was issued, ms since 1970. */
  readonly issuedAt: Date;
  /** What the result is worth: shown with the status. */
  readonly cautions: readonly string[];
  /** That there are warnings, beside the numbers; empty where there are none. */
  readonly seeWarnings: string;
  readonly identity: readonly Field[];
  /** A sentence without its full stop. */
  readonly pattern: string;
  readonly probabilities: readonly ProbabilityBar[];
  readonly severity: SeveritySheet;
  readonly involvement: InvolvementSheet;
  readonly figures: readonly FigureSheet[];
  readonly trend?: TrendSheet;
  /** In English, as everywhere. */
  readonly warnings: readonly Notice[];
  readonly models: ModelSheet;
  readonly origin: readonly Field[];
}

export interface ProbabilityBar {
  readonly label: string;
  readonly text: string;
  /** 0 to 1. */
  readonly fraction: number;
  readonly decided: boolean;
}

export function reportSheet(
  content: ReportContent,
  images: readonly ReportImage[],
  language: Language,
): ReportSheet {
  const texts = textsIn(language);
  const formats = formatsOf(texts.locale);
  const { findings, models, algorithm, warnings, issuedAt } = content;
  const { decision, probabilities } = findings.classification;
  const trend = trendOf(content, texts, formats);
  const bar = (one: CovidClass): ProbabilityBar => ({
    label: texts.classes[one],
    text: formats.probability(probabilities[one]),
    fraction: probabilities[one],
    decided: one === decision,
  });
  return {
    language,
    texts,
    formats,
    site: readingText(content.site ?? ''),
    algorithm: readingText(`${algorithm.name} ${algorithm.version}`),
    issued: formats.instant(issuedAt, content.subject.timezoneOffset),
    issuedAt: new Date(issuedAt),
    cautions: cautionsOf(models, texts),
    seeWarnings: warnings.length === 0 ? '' : formats.count(texts.seeWarnings, warnings.length),
    identity: identityOf(content, texts, formats),
    pattern: texts.patterns[decision],
    probabilities: classes.map(bar),
    severity: severityOf(findings, texts, formats),
    involvement: involvementOf(findings.involvement, texts, formats),
    figures: figuresOf(images, texts, formats),
    ...(trend === undefined ? {} : { trend }),
    warnings: warnings.map(({ code, text }) => ({ code: readingText(code), text: readingText(text) })),
    models: modelsOf(models, texts),
    origin: originOf(content, texts),
  };
}

/** Research use, unless each model is a registered device; what phantoms taught is nothing clinical in any case. */
function cautionsOf(models: readonly ReportModel[], texts: ReportTexts): readonly string[] {
  const registered = models.length > 0 && models.every(({ udi }) => udi !== undefined);
  return [
    ...(registered ? [] : [texts.researchUse]),
    ...(areTrainedOnPhantoms(models) ? [texts.noClinicalValidity] : []),
  ];
}
