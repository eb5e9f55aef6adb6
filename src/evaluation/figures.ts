/** Every figure of an evaluation, in one table: PIPELINE.md 8 and what the issue of the reference models asks. */
import { lobes } from '../pipeline/types.ts';
import { mean } from '../statistics/describe.ts';
import { dice } from '../statistics/overlap.ts';
import type { AnalysedCase } from './case-result.ts';
import { classifierFigures } from './classifier-figures.ts';
import { average, type Figure, numbersOf } from './figure.ts';
import { opacityFigures } from './opacity-figures.ts';

const lungDice = numbersOf(({ lungs }) => lungs && dice(lungs));

function lobeDice(one: AnalysedCase, lobe: (typeof lobes)[number]): number | undefined {
  const overlap = one.lobes?.[lobe];
  // A lobe that is not there cannot be outlined well or badly.
  return overlap === undefined || overlap.truth === 0 ? undefined : dice(overlap);
}

/** Mean over the lobes that a case has; undefined where none is known. */
export function meanLobeDice(one: AnalysedCase): number | undefined {
  return mean(lobes.map((lobe) => lobeDice(one, lobe)).filter((value) => value !== undefined));
}

const lungFigures: readonly Figure[] = [
  average('lungs.dice', 'Lungs: Dice, mean', '', lungDice),
  {
    name: 'lungs.diceWorst',
    title: 'Lungs: Dice, worst case',
    unit: '',
    values: lungDice,
    of: (cases) => least(lungDice(cases)),
    withoutInterval: true,
  },
  average('lobes.dice', 'Lobes: Dice, mean of the five', '', numbersOf(meanLobeDice)),
  ...lobes.map((lobe) =>
    average(
      `lobes.dice.${lobe}`,
      `Lobe ${lobe}: Dice, mean`,
      '',
      numbersOf((one) => lobeDice(one, lobe)),
    ),
  ),
];

function least(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((a, b) => Math.min(a, b));
}

export const figures: readonly Figure[] = [...classifierFigures, ...lungFigures, ...opacityFigures];
