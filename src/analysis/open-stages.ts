import type { Attributes } from '@opentelemetry/api';
import type { StageClock } from '../telemetry/stage-clock.ts';
import type { AnalysisStage } from './analyze.ts';

type Describe<Result> = (result: Result) => Attributes;

/** The stages of one analysis, as they pass by. */
export interface Stages {
  /** Does one stage. */
  run<Result>(
    stage: AnalysisStage,
    work: () => Promise<Result>,
    describe?: Describe<Result>,
  ): Promise<Result>;
  /** Does one that others lie within: it is told to begin when its work says so, which is after those. */
  enclose<Result>(
    stage: AnalysisStage,
    work: (begin: () => void) => Promise<Result>,
    describe?: Describe<Result>,
  ): Promise<Result>;
  /** Does what is left of one after its turn: it is timed as that stage, and not told, as progress goes on only. */
  late<Result>(stage: AnalysisStage, work: () => Promise<Result>): Promise<Result>;
}

/** @param onProgress - is told that a stage begins (0) and has ended (1) */
export function openStages(
  clock: StageClock,
  onProgress: (stage: AnalysisStage, fraction: number) => void,
): Stages {
  const enclose: Stages['enclose'] = async (stage, work, describe) => {
    let hasBegun = false;
    const begin = () => {
      if (!hasBegun) onProgress(stage, 0);
      hasBegun = true;
    };
    const result = await clock.time(stage, () => work(begin), describe);
    begin();
    onProgress(stage, 1);
    return result;
  };
  return {
    enclose,
    late: (stage, work) => clock.time(stage, work),
    run: (stage, work, describe) =>
      enclose(
        stage,
        (begin) => {
          begin();
          return work();
        },
        describe,
      ),
  };
}
