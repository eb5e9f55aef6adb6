import type { Language } from '../config-schema.ts';
import type { CovidClass, Lobe, SeverityBand } from '../pipeline/types.ts';
import { de } from './texts/de.ts';
import { en } from './texts/en.ts';
import { es } from './texts/es.ts';
import { fr } from './texts/fr.ts';
import { it } from './texts/it.ts';
import { nl } from './texts/nl.ts';

/** A text that depends on a count, by the plural rules of its language (CLDR); `{n}` is the count. */
export type Plural = { readonly other: string } & Partial<Readonly<Record<Intl.LDMLPluralRule, string>>>;

/** What the fields of the head are called. */
export interface FieldTexts {
  readonly patient: string;
  readonly patientId: string;
  readonly birthDate: string;
  readonly sex: string;
  readonly age: string;
  readonly accession: string;
  readonly study: string;
  readonly studyDate: string;
  readonly series: string;
  readonly slices: string;
  readonly spacing: string;
  readonly sliceThickness: string;
  readonly kernel: string;
  readonly issued: string;
  readonly algorithm: string;
  readonly resultKey: string;
  readonly studyUid: string;
  readonly seriesUid: string;
}

/**
 * Everything that a report says in one language. The medical terms are those of the country's radiologists; no sentence
 * says more than its English one.
 */
export interface ReportTexts {
  /** BCP 47, for numbers and dates. */
  readonly locale: string;
  readonly title: string;
  /** At the head and the foot of each page, whatever the configuration. */
  readonly status: string;
  readonly researchUse: string;
  readonly noClinicalValidity: string;
  readonly fields: FieldTexts;
  /** 'Patient: Muster, Erika', with the space before the colon that French has. */
  readonly labelled: (label: string, value: string) => string;
  /** Of a time on the scanner's clock, whose zone nobody says. */
  readonly localTime: string;
  /** In place of a name of which the font has no group. */
  readonly nameNotPrintable: string;
  /** By PatientSex (PS3.3 C.7.1.1); others are said as they are. */
  readonly sexes: Readonly<Record<'M' | 'F' | 'O', string>>;
  /** As in the conclusion in the EHR, a sentence without its full stop. */
  readonly patterns: Readonly<Record<CovidClass, string>>;
  readonly classes: Readonly<Record<CovidClass, string>>;
  /** What the pattern does not tell from the others. */
  readonly threeClasses: string;
  readonly bands: Readonly<Record<SeverityBand, string>>;
  readonly lobes: Readonly<Record<Lobe, string>>;
  readonly bothLungs: string;
  readonly rightLung: string;
  readonly leftLung: string;
  readonly headings: {
    readonly patient: string;
    readonly pattern: string;
    readonly severity: string;
    readonly involvement: string;
    readonly previous: string;
    readonly warnings: string;
    readonly models: string;
    /** Of page 2 and on. */
    readonly continued: string;
  };
  readonly columns: {
    readonly region: string;
    readonly involvement: string;
    readonly opacityMl: string;
    readonly lungMl: string;
    readonly lobeScore: string;
    readonly date: string;
    readonly score: string;
    readonly algorithm: string;
    readonly model: string;
    readonly task: string;
    readonly checksum: string;
    readonly ranOn: string;
  };
  readonly tasks: Readonly<Record<'lungs' | 'lungs-lobes' | 'classifier' | 'opacities', string>>;
  /** 'of 25' */
  readonly ofMaximum: (maximum: string) => string;
  readonly slices: Plural;
  readonly captions: {
    readonly mostAffected: string;
    readonly upper: string;
    readonly middle: string;
    readonly lower: string;
    readonly coronal: string;
    readonly sagittal: string;
    readonly front: string;
    readonly back: string;
    readonly lobes: string;
  };
  /** 'image 83', as the PACS numbers them. */
  readonly image: (number: string) => string;
  /** For who does not see the picture; `at` is where it lies, as 'image 83, z = 12 mm'. */
  readonly alternatives: {
    readonly transverse: (at: string) => string;
    readonly coronal: string;
    readonly sagittal: string;
    readonly front: string;
    readonly back: string;
    readonly lobes: string;
    readonly trend: string;
  };
  readonly legend: string;
  readonly thisResult: string;
  readonly otherVersion: string;
  /** Beside the numbers; the warnings themselves stand below. */
  readonly seeWarnings: Plural;
  readonly moreWarnings: Plural;
  readonly moreTexts: Plural;
  /** Beneath a page with boxes in place of letters that the font lacks. */
  readonly boxes: string;
  readonly earlierResults: Plural;
  readonly intendedUse: string;
  readonly trainingData: string;
  readonly page: (number: string, count: string) => string;
}

const catalogue: Readonly<Record<Language, ReportTexts>> = { en, nl, fr, de, es, it };

/** The texts of a report in a language. */
export function textsIn(language: Language): ReportTexts {
  return catalogue[language];
}
