import type { AutoscalerSettings } from './autoscaler.ts';
import type { PodSettings } from './fleet.ts';
import type { LinkSettings } from './shared-link.ts';
import type { StudyDraw } from './study-draw.ts';

export interface SimulationSettings {
  readonly pod: PodSettings;
  readonly autoscaler: AutoscalerSettings;
  /** Ready at midnight; else the fewest that there may be. */
  readonly initialPods?: number;
  /** What PACS and pods share. */
  readonly link: LinkSettings;
}

/** What became of one study. */
export interface StudyOutcome {
  readonly study: StudyDraw;
  /** From being asked for to its place, in the end. */
  readonly waitSeconds: number;
  /** In its pod, from having its images to its turn at the inference worker. */
  readonly workerWaitSeconds: number;
  /** Published, seconds since midnight. */
  readonly doneAt: number;
  /** How often it was begun; more than once where a pod ended under it. */
  readonly begun: number;
  /** How often it was answered 503 and came again. */
  readonly refused: number;
}

/** How things stood at a look of the autoscaler. */
export interface Moment {
  readonly at: number;
  readonly readyPods: number;
  /** Those that start or drain, too. */
  readonly heldPods: number;
  readonly waiting: number;
  readonly inFlight: number;
  /** That went over the line since the beginning. */
  readonly bytes: number;
}

export interface SimulationResult {
  readonly outcomes: readonly StudyOutcome[];
  readonly moments: readonly Moment[];
  /** Of all pods together, from their creation to their end, within the day. */
  readonly podSeconds: number;
  /** Of these, of inference, work that was thrown away included. */
  readonly inferenceSeconds: number;
}
