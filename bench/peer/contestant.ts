import type { Analysis } from '../../src/analysis/analysis.ts';

/** What both answer for a study. */
export type PeerFindings = Required<Pick<Analysis, 'classification' | 'involvement' | 'severity'>>;

export interface Answer {
  readonly findings: PeerFindings;
  /** Wall time of each stage, by the names that whoever answers has for them. */
  readonly stageMs: Readonly<Record<string, number>>;
}

/** A process that analyses one study after the other, with its networks warm. */
export interface Contestant {
  readonly pid: number;
  /** From the first request to the PACS to the findings. */
  analyse(study: string): Promise<Answer>;
  close(): Promise<void>;
}

/** Starts one. */
export type OpenContestant = () => Promise<Contestant>;
