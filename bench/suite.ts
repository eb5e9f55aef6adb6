import type { FigureDraft } from './figure.ts';

/** What a suite may use while it runs. */
export interface SuiteContext {
  /** An empty folder of its own; removed when it is done. */
  readonly folder: string;
  /** How often each case is measured. */
  readonly rounds: number;
  /** Measure anew what is kept in a file from one run to the next. */
  readonly remeasure: boolean;
  /** Tells whoever waits how far it is. */
  readonly note: (text: string) => void;
}

export interface SuiteResult {
  readonly figures: readonly FigureDraft[];
  /** Versions of the peers that took part, by name. */
  readonly versions: Readonly<Record<string, string>>;
  /** Markdown below the table of figures: what was measured and how, and what limits it. */
  readonly about: string;
  /**
   * Markdown, why a figure misses its target where it does, by case and metric; printed only then. It may point
   * to other figures of the run, but say none that the run did not measure.
   */
  readonly whyMissed: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Files, by path, that are written instead of a section of docs/BENCHMARKS.md. */
  readonly documents?: Readonly<Record<string, string>>;
}

/** Of fewer rounds, quartiles say nothing: a try, which is not documented. */
export const fewestDocumented = 5;

/** One file of bench/suites, which exports it as `suite`. Its name is the file's. */
export interface Suite {
  readonly name: string;
  readonly title: string;
  /** What it needs and does not find here, in words; empty where it can run. */
  missing(): readonly string[];
  run(context: SuiteContext): Promise<SuiteResult>;
}
