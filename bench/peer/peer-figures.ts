import { type FigureDraft, figuresOfCase, type Target } from '../figure.ts';
import { quantityOf, type Rounds } from '../interleave.ts';
import { type Differences, tolerances } from './agreement.ts';
import type { ComparedStudy } from './compare-study.ts';
import { stageQuantity } from './stage-quantity.ts';

export const contestants = ['lobar fp32', 'peer fp32', 'lobar int8', 'peer int8'] as const;
export type ContestantName = (typeof contestants)[number];

export const lobarStages = ['find', 'retrieve', 'lungs', 'classify', 'opacities', 'quantify'];
export const peerStages = [
  'retrieve',
  'lungs: body',
  'lungs: network',
  'lungs: airways',
  'lungs: united',
  'lungs: lobes',
  'lungs: back onto the volume',
  'classify',
  'opacities',
  'quantify',
];

/** Of the study that is timed; ratios and targets first. */
export function timeFigures(study: string, measured: Rounds<ContestantName>): readonly FigureDraft[] {
  const figure = figuresOfCase(study);
  const ratio = (
    over: ContestantName,
    under: ContestantName,
    quantity: string,
    what: string,
    target?: Target,
  ) =>
    figure(
      `${over} / ${under}: ${what}`,
      'x',
      measured.each((round) => quantityOf(round[over], quantity) / quantityOf(round[under], quantity)),
      target,
    );
  const seconds = (of: ContestantName, quantity: string, metric: string) =>
    figure(
      `${of}: ${metric}`,
      's',
      measured.values(of, quantity).map((ms) => ms / 1000),
    );
  const stagesOf = (of: ContestantName) => (of.startsWith('lobar') ? lobarStages : peerStages);
  return [
    ratio('peer fp32', 'lobar fp32', 'wallMs', 'wall', { atLeast: 1.5 }),
    ratio('peer fp32', 'lobar int8', 'wallMs', 'wall', { atLeast: 2.5 }),
    ratio('peer int8', 'lobar int8', 'wallMs', 'wall'),
    ratio('peer fp32', 'lobar fp32', 'cpuMs', 'CPU'),
    ratio('peer fp32', 'lobar fp32', 'coldWallMs', 'wall, cold'),
    ratio('peer fp32', 'lobar fp32', 'peakRss', 'peak RSS'),
    ...contestants.flatMap((of) => [
      seconds(of, 'wallMs', 'wall'),
      seconds(of, 'cpuMs', 'CPU'),
      seconds(of, 'coldWallMs', 'wall, cold'),
      figure(`${of}: peak RSS`, 'MB', measured.values(of, 'peakRss')),
    ]),
    ...(['lobar fp32', 'peer fp32'] as const).flatMap((of) =>
      stagesOf(of).map((stage) => seconds(of, stageQuantity(stage), `of its wall, ${stage}`)),
    ),
  ];
}

/** How far both are apart, study by study. */
export function agreementFigures(compared: Readonly<Record<string, ComparedStudy>>): readonly FigureDraft[] {
  return Object.entries(compared).flatMap(([study, { differences, dice }]) => [
    ...(Object.keys(tolerances) as (keyof Differences)[]).map((name): FigureDraft => {
      const { metric, unit, atMost } = tolerances[name];
      return { case: study, metric, unit, values: [differences[name]], target: { atMost } };
    }),
    { case: study, metric: 'Dice of the lungs', unit: '', values: [dice.lungs] },
    { case: study, metric: 'Dice of the opacities', unit: '', values: [dice.opacities] },
  ]);
}
