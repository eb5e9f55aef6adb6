import { type Stage, stages } from '../../src/pipeline/types.ts';
import { draftFigure, type FigureDraft } from '../figure.ts';
import { quantityOf, type Rounds, type Sample } from '../interleave.ts';
import type { NetworkName } from './batches-file.ts';
import { fasterFloor } from './faster-floor.ts';

export type PipelineCaseName = 'pipeline' | 'floor' | 'lanes' | 'copy';

/** The network that a stage asks. */
export const networkOf: Readonly<Partial<Record<Stage, NetworkName>>> = {
  lungs: 'lungsLobes',
  classify: 'classifier',
  opacities: 'opacities',
};

const floor = 'compute floor';
const one = 'floor, one session';
const lanes = 'floor, a session a core';
const copy = 'copying the volume';

/** Ratios first. `batches`: how many each network was sent. */
export function pipelineFigures(
  { each, values }: Rounds<PipelineCaseName>,
  batches: Sample,
): readonly FigureDraft[] {
  const seconds = (of: string, metric: string, name: PipelineCaseName, quantity: string) =>
    draftFigure(
      of,
      metric,
      's',
      values(name, quantity).map((ms) => ms / 1000),
    );
  const over = (name: PipelineCaseName, quantity: string) =>
    each((round) => quantityOf(round.pipeline, quantity) / quantityOf(round[name], quantity));
  const overFloor = (quantity: string, ofFloor = quantity) =>
    each((round) => quantityOf(round.pipeline, quantity) / quantityOf(fasterFloor(round), ofFloor));
  const part = (of: (pipeline: Sample) => number) => each(({ pipeline }) => of(pipeline));
  return [
    draftFigure('pipeline', `wall / ${floor}`, 'x', overFloor('wallMs')),
    draftFigure('pipeline', `wall / ${one}`, 'x', over('floor', 'wallMs')),
    draftFigure('pipeline', `wall / ${lanes}`, 'x', over('lanes', 'wallMs')),
    seconds('pipeline', 'wall', 'pipeline', 'wallMs'),
    seconds('pipeline', 'CPU', 'pipeline', 'cpuMs'),
    draftFigure('pipeline', `CPU / that of the ${floor}`, 'x', overFloor('cpuMs')),
    draftFigure(
      'pipeline',
      'cores busy',
      '',
      part((of) => quantityOf(of, 'cpuMs') / quantityOf(of, 'wallMs')),
    ),
    seconds('pipeline', 'in the networks', 'pipeline', 'networkMs'),
    draftFigure(
      'pipeline',
      'wall beyond the floor',
      's',
      each(
        (round) => (quantityOf(round.pipeline, 'wallMs') - quantityOf(fasterFloor(round), 'wallMs')) / 1000,
      ),
    ),
    draftFigure('pipeline', 'peak RSS', 'MB', values('pipeline', 'peakRss')),
    ...stages.flatMap((stage) => {
      const network = networkOf[stage];
      return [
        seconds(stage, 'wall', 'pipeline', `${stage}Ms`),
        seconds(stage, 'CPU', 'pipeline', `${stage}CpuMs`),
        ...(network === undefined
          ? []
          : [
              draftFigure(
                stage,
                'its network alone',
                's',
                each((round) => quantityOf(fasterFloor(round), `${network}Ms`) / 1000),
              ),
              draftFigure(stage, 'wall / its network alone', 'x', overFloor(`${stage}Ms`, `${network}Ms`)),
              draftFigure(
                stage,
                'batches',
                '',
                each(() => quantityOf(batches, network)),
              ),
            ]),
      ];
    }),
    seconds(one, 'wall', 'floor', 'wallMs'),
    seconds(one, 'CPU', 'floor', 'cpuMs'),
    seconds(lanes, 'wall', 'lanes', 'wallMs'),
    seconds(lanes, 'CPU', 'lanes', 'cpuMs'),
    draftFigure(copy, 'wall', 'ms', values('copy', 'wallMs')),
    draftFigure('pipeline', `wall / ${copy}`, 'x', over('copy', 'wallMs')),
  ];
}
