import { Counter, Histogram, type Registry } from 'prom-client';

export const analysisOutcomes = ['published', 'analysed', 'ineligible', 'failed', 'cancelled'] as const;

/** How an analysis ended. Nothing in it names a patient or a study. */
export interface EndedAnalysis {
  readonly outcome: (typeof analysisOutcomes)[number];
  /** Of the error, from the table of errors, where it ended with one. */
  readonly code?: string;
  /** Wall time of the whole, once it had its place. */
  readonly seconds: number;
  /** Where there are findings. */
  readonly found?: {
    /** CT severity score, 0 to 25. */
    readonly score: number;
    /** Opacity in the lungs, percent of their volume. */
    readonly involvementPercent: number;
    /** Decided class, one of three. */
    readonly decision: string;
    readonly lungMl: number;
  };
}

export interface AnalysisMetrics {
  /** An analysis has ended, however. */
  analysed(ended: EndedAnalysis): void;
  /** Wall time of the stages that an analysis went through, ms; also of one that failed. */
  staged(stagesMs: Readonly<Record<string, number>>): void;
}

/** From a warm run of a small series on a GPU to limits.analysisSeconds, 10 minutes. */
const analysisSeconds = [1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600];
/** A search takes milliseconds, the networks of a thick study on a busy CPU minutes. */
const stageSeconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600];
/** Every score that there is (Pan et al. 2020), so that the whole distribution can be had. */
const scores = Array.from({ length: 26 }, (_, score) => score);
/** The bounds of the lobe scores (5, 25, 50, 75 percent), and finer where most studies lie. */
const involvement = [0, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.35, 0.5, 0.75, 1];
/** eligibility.minLungLitres is 0.5; an adult has 3 to 7 litres in full inspiration. */
const lungLitres = [0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 7, 8, 10];

/** @param classes - that a study can be decided to be of */
export function analysisMetrics(registry: Registry, classes: readonly string[]): AnalysisMetrics {
  const registers = [registry];
  const analyses = new Counter({
    name: 'lobar_analyses_total',
    help: 'Analyses that ended, by outcome; dry runs and uploads are analysed. Not those that were turned away.',
    labelNames: ['outcome'],
    registers,
  });
  const failures = new Counter({
    name: 'lobar_analysis_failures_total',
    help: 'Analyses that ended with an error, by its code in the table of errors; cancelled ones too.',
    labelNames: ['code'],
    registers,
  });
  const duration = new Histogram({
    name: 'lobar_analysis_duration_seconds',
    help: 'Wall time of an analysis, from having its place to its end, by outcome.',
    labelNames: ['outcome'],
    buckets: analysisSeconds,
    registers,
  });
  const stages = new Histogram({
    name: 'lobar_stage_duration_seconds',
    help: 'Wall time of a stage of an analysis, the one that it failed in too.',
    labelNames: ['stage'],
    buckets: stageSeconds,
    registers,
  });
  const decided = new Counter({
    name: 'lobar_classifications_total',
    help: 'Analyses with findings, by decided class.',
    labelNames: ['class'],
    registers,
  });
  const score = new Histogram({
    name: 'lobar_severity_score',
    help: 'CT severity score, 0 to 25.',
    buckets: scores,
    registers,
  });
  const affected = new Histogram({
    name: 'lobar_involvement_ratio',
    help: 'Volume of opacity by volume of lung, 0 to 1.',
    buckets: involvement,
    registers,
  });
  const lung = new Histogram({
    name: 'lobar_lung_volume_liters',
    help: 'Volume of lung found.',
    buckets: lungLitres,
    registers,
  });
  // A series that appears with its first event has no rate for it.
  for (const outcome of analysisOutcomes) analyses.inc({ outcome }, 0);
  for (const one of classes) decided.inc({ class: one }, 0);

  return {
    analysed({ outcome, code, seconds, found }) {
      analyses.inc({ outcome });
      duration.observe({ outcome }, seconds);
      if (code !== undefined) failures.inc({ code });
      if (found === undefined) return;
      decided.inc({ class: found.decision });
      score.observe(found.score);
      affected.observe(found.involvementPercent / 100);
      lung.observe(found.lungMl / 1000);
    },
    staged(stagesMs) {
      for (const [stage, ms] of Object.entries(stagesMs)) {
        // The pipeline says 0 of a stage that it did not come to.
        if (ms > 0) stages.observe({ stage }, ms / 1000);
      }
    },
  };
}
