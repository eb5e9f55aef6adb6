import type { Notice } from '../errors.ts';
import type { ReportFacts } from '../fhir/report-facts.ts';
import type { ChosenWriteMode } from '../fhir/write/write-mode.ts';
import type { RegionInvolvement } from '../pipeline/types.ts';
import { roundDecimal } from '../round-decimal.ts';
import type { Analysis, OtherSeries } from './analysis.ts';
import type { ChosenSeries } from './choose-series.ts';
import type { StoredObjects } from './reporting/report-document.ts';

interface Common {
  readonly id: string;
  readonly study: Pick<ReportFacts['study'], 'uid' | 'accession' | 'patientId'>;
  readonly timingsMs: Readonly<Record<string, number>>;
}

/** The Analysis of a study in which no series may be analysed: a finished answer with reasons. */
export function ineligibleDocument(common: Common, reasons: readonly OtherSeries[]): Analysis {
  return { ...head(common, 'ineligible'), reasons: [...reasons], models: [], ...tail(common, []) };
}

export interface Publication {
  readonly ehr: string;
  readonly report: string;
  readonly alreadyPublished: boolean;
  readonly writeMode?: ChosenWriteMode | undefined;
}

export interface AnalysedParts {
  /** Which series, or stack of one, was analysed and why. */
  readonly chosen: Pick<ChosenSeries, 'stack' | 'because' | 'others'>;
  /** Of the engine, not of the study. */
  readonly notices: readonly Notice[];
  readonly published?: Publication;
  /** What the PACS holds of it. */
  readonly stored?: StoredObjects | undefined;
  /** For a dry run. */
  readonly bundle?: object;
}

/** The Analysis of findings, numbers rounded to what they can mean. */
export function analysedDocument(
  common: Common,
  { findings, series, models, warnings }: ReportFacts,
  { chosen, ...parts }: AnalysedParts,
): Analysis {
  const { classification, involvement, severity } = findings;
  const { probabilities } = classification;
  const [z, y, x] = series.spacingMm;
  return {
    ...head(common, parts.published === undefined ? 'analysed' : 'published'),
    series: {
      uid: series.uid,
      ...(series.description === undefined ? {} : { description: series.description }),
      slices: series.slices,
      spacingMm: [roundDecimal(z, 4), roundDecimal(y, 4), roundDecimal(x, 4)],
      ...(chosen.stack === undefined ? {} : { stack: chosen.stack }),
      chosenBecause: chosen.because,
      others: [...chosen.others],
    },
    classification: {
      decision: classification.decision,
      probabilities: {
        'covid-19': roundDecimal(probabilities['covid-19'], 4),
        'other-infection': roundDecimal(probabilities['other-infection'], 4),
        'no-imaging-signs': roundDecimal(probabilities['no-imaging-signs'], 4),
      },
    },
    involvement: {
      ...region(involvement),
      right: region(involvement.right),
      left: region(involvement.left),
      lobes: involvement.lobes.map((one) => ({ lobe: one.lobe, ...region(one), score: one.score })),
    },
    severity: { ...severity },
    models: models.map(({ task, name, version, sha256, precision, executionProvider }) => ({
      task,
      name,
      version,
      sha256,
      ...(precision === undefined ? {} : { precision }),
      executionProvider,
    })),
    ...(parts.published === undefined ? {} : { published: publishedPart(parts.published) }),
    ...(parts.stored === undefined ? {} : { stored: storedPart(parts.stored) }),
    ...(parts.bundle === undefined ? {} : { bundle: parts.bundle }),
    ...tail(common, [...warnings, ...parts.notices]),
  };
}

function head({ id, study }: Common, outcome: Analysis['outcome']) {
  const { uid, accession, patientId } = study;
  return {
    id,
    outcome,
    study: {
      uid,
      ...(accession === undefined ? {} : { accession }),
      ...(patientId === undefined ? {} : { patientId }),
    },
  };
}

function tail({ timingsMs }: Common, warnings: readonly Notice[]) {
  return { warnings: warnings.map(({ code, text }) => ({ code, text })), timingsMs: { ...timingsMs } };
}

function region({ lungMl, opacityMl, percent }: RegionInvolvement) {
  return {
    lungMl: roundDecimal(lungMl, 1),
    opacityMl: roundDecimal(opacityMl, 2),
    percent: roundDecimal(percent, 2),
  };
}

function publishedPart({ writeMode, ...published }: Publication): NonNullable<Analysis['published']> {
  return { ...published, ...(writeMode === undefined ? {} : { writeMode: { ...writeMode } }) };
}

function storedPart({ pacs, instances }: StoredObjects): NonNullable<Analysis['stored']> {
  return {
    pacs,
    instances: instances.map(({ object, sopClassUid, sopInstanceUid, seriesInstanceUid }) => ({
      object,
      sopClassUid,
      sopInstanceUid,
      seriesInstanceUid,
    })),
  };
}
