import { type Stage, stages } from '../../src/pipeline/types.ts';
import { timedStages } from '../end-to-end/end-to-end-figures.ts';
import { type FigureDraft, figuresOfCase, type Target } from '../figure.ts';
import { quantityOf, type Rounds, type Sample } from '../interleave.ts';
import { networkOf } from '../pipeline/pipeline-figures.ts';

/** `service`: POST to published. `pipeline`: on a volume that is there. `floor`: the same batches and nothing else. */
export type GpuCase = 'service' | 'pipeline' | 'floor';

/** The metrics that have a target, for who explains why one is missed. */
export const metrics = { published: 'POST to published', busy: 'GPU busy, three studies in line' } as const;

/** Of one provider; those with targets first. */
export function gpuFigures(
  provider: string,
  { each, values }: Rounds<GpuCase>,
  targets: boolean,
): readonly FigureDraft[] {
  const figure = figuresOfCase(provider);
  const draft = (metric: string, unit: string, its: readonly number[], target?: Target) =>
    figure(metric, unit, its, targets ? target : undefined);
  const seconds = (metric: string, name: GpuCase, quantity: string, target?: Target) =>
    draft(
      metric,
      's',
      values(name, quantity).map((ms) => ms / 1000),
      target,
    );
  const of = (quantity: string) => values('service', quantity);
  return [
    seconds(metrics.published, 'service', 'warmMs', { atMost: 2 }),
    draft(metrics.busy, '%', of('busyPercent'), { atLeast: 50 }),
    draft('POST to published / the networks alone', 'x', each(overFloor)),
    seconds('the networks alone', 'floor', 'wallMs'),
    seconds('CPU of the service, one study', 'service', 'warmCpuMs'),
    draft('throughput, three studies in line', 'a minute', of('perMinute')),
    draft('cores busy, three studies in line', '', of('lineCoresBusy')),
    draft('memory taken on the GPU', 'MB', of('memoryMb')),
    draft('peak RSS', 'MB', of('peakRss')),
    seconds('start to ready', 'service', 'startMs'),
    seconds('POST to published, first of a process', 'service', 'firstMs'),
    ...timedStages.map((stage) => seconds(`stage ${stage}`, 'service', `${stage}Ms`)),
    ...stages.flatMap((stage) =>
      ownNetwork(stage).map((quantity) => seconds(`its network alone: ${stage}`, 'floor', quantity)),
    ),
  ];
}

const overFloor = ({ service, floor }: Readonly<Record<GpuCase, Sample>>) =>
  quantityOf(service, 'warmMs') / quantityOf(floor, 'wallMs');

const ownNetwork = (stage: Stage) => {
  const network = networkOf[stage];
  return network === undefined ? [] : [`${network}Ms`];
};
