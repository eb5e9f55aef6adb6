import { blandAltman } from '../statistics/bland-altman.ts';
import { mean, standardDeviation } from '../statistics/describe.ts';
import { dice, type Overlap } from '../statistics/overlap.ts';
import { type Pair, pearsonP, pearsonR } from '../statistics/pearson.ts';
import type { AnalysedCase } from './case-result.ts';
import { average, type Figure, numbersOf } from './figure.ts';

/** PIPELINE.md 8: Dice is told of scans with at least so many voxels of opacity in the truth. */
const leastVoxels = 1000;

type OverlapName = 'network' | 'naive' | 'networkInTrueLungs' | 'naiveInTrueLungs';

/** Dice of a case's opacities; undefined where the truth has too few voxels, or is not known. */
export function opacityDice({ opacities }: AnalysedCase, which: OverlapName): number | undefined {
  const overlap: Overlap | undefined = opacities?.[which];
  const isMeasured = opacities !== undefined && opacities.network.truth >= leastVoxels;
  return isMeasured && overlap !== undefined ? dice(overlap) : undefined;
}

const diceOf = (which: OverlapName) => numbersOf((one) => opacityDice(one, which));

const gain = numbersOf((one) => {
  const [network, naive] = [opacityDice(one, 'network'), opacityDice(one, 'naive')];
  return network === undefined || naive === undefined ? undefined : network - naive;
});

/** Share of the true opacity that the lung mask cut away, %. */
export function lostPercent({ opacities }: AnalysedCase): number | undefined {
  if (opacities === undefined || opacities.network.truth < leastVoxels) return undefined;
  return (opacities.outsideLungs / opacities.network.truth) * 100;
}
const lost = numbersOf(lostPercent);

/** True (x) and predicted (y) volume of opacity, mL. */
export function volumePairs(cases: readonly AnalysedCase[]): readonly Pair[] {
  return cases.flatMap(({ truth, predicted }) =>
    truth.opacityMl === undefined || predicted.opacityMl === undefined
      ? []
      : [{ x: truth.opacityMl, y: predicted.opacityMl }],
  );
}

const bandAgrees = numbersOf(
  ({ truth, predicted }) =>
    truth.severity && predicted.severity && Number(truth.severity.band === predicted.severity.band),
);
const scoreError = numbersOf(
  ({ truth, predicted }) =>
    truth.severity && predicted.severity && Math.abs(truth.severity.score - predicted.severity.score),
);
const percentError = numbersOf(({ truth, predicted }) =>
  truth.percent === undefined || predicted.percent === undefined
    ? undefined
    : Math.abs(truth.percent - predicted.percent),
);
const falseOpacity = numbersOf(({ falseOpacityMl }) => falseOpacityMl);
const falsePercent = numbersOf(({ falseOpacityMl, predicted: { lungMl = 0 } }) =>
  falseOpacityMl === undefined || lungMl === 0 ? undefined : (falseOpacityMl / lungMl) * 100,
);

function diceFigures(which: OverlapName, name: string, title: string): readonly Figure[] {
  const values = diceOf(which);
  return [
    average(`${name}.dice`, `${title}: Dice, mean`, '', values),
    {
      name: `${name}.diceSd`,
      title: `${title}: Dice, standard deviation`,
      unit: '',
      values,
      of: (cases) => standardDeviation(values(cases)),
    },
  ];
}

const volume = (
  name: string,
  title: string,
  unit: Figure['unit'],
  of: (pairs: readonly Pair[]) => number | undefined,
): Figure => ({
  name: `volume.${name}`,
  title: `Volume of opacity: ${title}`,
  unit,
  values: volumePairs,
  of: (cases) => of(volumePairs(cases)),
});

function pOf(pairs: readonly Pair[]): number | undefined {
  const r = pearsonR(pairs);
  return r === undefined ? undefined : pearsonP(r, pairs.length);
}

function most(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((a, b) => Math.max(a, b));
}

export const opacityFigures: readonly Figure[] = [
  ...diceFigures('network', 'opacities', 'Opacities'),
  ...diceFigures('networkInTrueLungs', 'opacities.inTrueLungs', 'Opacities inside the true lungs'),
  ...diceFigures('naive', 'naive', 'Naive HU band'),
  ...diceFigures('naiveInTrueLungs', 'naive.inTrueLungs', 'Naive HU band inside the true lungs'),
  average('opacities.gainOverNaive', 'Opacities: Dice above the naive HU band, mean', '', gain),
  average('opacities.lostPercent', 'True opacity outside the lungs found, mean', '%', lost),
  {
    name: 'opacities.lostPercentWorst',
    title: 'True opacity outside the lungs found, worst case',
    unit: '%',
    values: lost,
    of: (cases) => most(lost(cases)),
    withoutInterval: true,
  },
  average('opacities.falseMl', 'Opacity found in no-imaging-signs that is none, mean', 'mL', falseOpacity),
  average('opacities.falsePercent', 'The same as a share of the lungs found, mean', '%', falsePercent),
  volume('r', 'Pearson r of predicted and true', '', pearsonR),
  { ...volume('p', 'p of that r', '', pOf), withoutInterval: true },
  volume('bias', 'predicted - true, mean', 'mL', (pairs) => mean(pairs.map(({ x, y }) => y - x))),
  volume('lowerLimit', 'lower limit of agreement', 'mL', (pairs) => blandAltman(pairs)?.lowerLimit),
  volume('upperLimit', 'upper limit of agreement', 'mL', (pairs) => blandAltman(pairs)?.upperLimit),
  average('involvement.absoluteError', 'Share of the lungs: absolute error, mean', '%', percentError),
  average('severity.bandAgreement', 'Severity band as of the truth, share', '', bandAgrees),
  average('severity.scoreError', 'CT severity score: absolute error, mean', 'points', scoreError),
];
