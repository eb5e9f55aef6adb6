/** The charts of PIPELINE.md 8, each from what metrics.json and the case files hold. */
import { classes } from '../../pipeline/types.ts';
import { blandAltman } from '../../statistics/bland-altman.ts';
import type { AnalysedCase } from '../case-result.ts';
import type { Metrics } from '../metrics.ts';
import { volumePairs } from '../opacity-figures.ts';
import { axisAround, chart, colours, grey, type Mark } from './chart.ts';
import type { Html } from './html.ts';
import { shown } from './numbers.ts';

const unit = (title: string) => ({ title, from: 0, to: 1 });
const diagonal = (to: number): Mark => ({
  kind: 'line',
  points: [
    { x: 0, y: 0 },
    { x: to, y: to },
  ],
  colour: grey,
  dashed: true,
});

/** One curve a class, and the micro and macro averages. */
export function rocChart({ roc, figures }: Metrics): Html | undefined {
  const names = [...classes, 'micro', 'macro'].filter((name) => roc[name] !== undefined);
  if (names.length === 0) return undefined;
  const curves = names.map(
    (name): Mark => ({
      kind: 'line',
      points: (roc[name] ?? []).map((point) => ({ x: point.falsePositiveRate, y: point.truePositiveRate })),
      colour: colours[[...classes, 'micro', 'macro'].indexOf(name)] ?? grey,
      name: `${name}, AUC ${shown(figures[`classifier.auc.${name}`]?.value)}`,
      ...(name === 'micro' || name === 'macro' ? { dashed: true } : {}),
    }),
  );
  return chart(unit('1 - specificity'), unit('sensitivity'), [diagonal(1), ...curves]);
}

export function calibrationChart({ calibration }: Metrics): Html | undefined {
  const names = classes.filter((name) => (calibration[name] ?? []).length > 0);
  if (names.length === 0) return undefined;
  const marks = names.flatMap((name): Mark[] => {
    const colour = colours[classes.indexOf(name)] ?? grey;
    const points = (calibration[name] ?? []).map((bin) => ({
      x: bin.meanScore,
      y: bin.shareOfPositives,
      name: `${name}: ${bin.cases} cases`,
    }));
    return [
      { kind: 'line', points, colour, name },
      { kind: 'dots', points, colour },
    ];
  });
  return chart(unit('mean predicted probability'), unit('share really of the class'), [
    diagonal(1),
    ...marks,
  ]);
}

/** True (x) and predicted (y) volume of opacity of each case that has both, with its name. */
function volumesOf(cases: readonly AnalysedCase[]) {
  return cases.flatMap((one) => volumePairs([one]).map((pair) => ({ ...pair, name: one.id })));
}

export function volumeScatter(cases: readonly AnalysedCase[]): Html | undefined {
  const volumes = volumesOf(cases);
  if (volumes.length === 0) return undefined;
  const all = volumes.flatMap((pair) => [pair.x, pair.y]);
  const [x, y] = [axisAround('true opacity, mL', all), axisAround('predicted opacity, mL', all)];
  return chart(x, y, [diagonal(x.to), { kind: 'dots', points: volumes, colour: colours[0] }]);
}

export function blandAltmanChart(cases: readonly AnalysedCase[]): Html | undefined {
  const volumes = volumesOf(cases);
  const agreement = blandAltman(volumes);
  if (agreement === undefined) return undefined;
  const points = volumes.map(({ x, y, name }) => ({ x: (x + y) / 2, y: y - x, name }));
  const { bias, lowerLimit, upperLimit } = agreement;
  const x = axisAround(
    'mean of true and predicted, mL',
    points.map((point) => point.x),
  );
  const y = axisAround('predicted - true, mL', [...points.map((point) => point.y), lowerLimit, upperLimit]);
  const level = (value: number, name: string, dashed: boolean): Mark => ({
    kind: 'line',
    points: [
      { x: x.from, y: value },
      { x: x.to, y: value },
    ],
    colour: dashed ? grey : colours[1],
    name: `${name} ${shown(value, 'mL')} mL`,
    ...(dashed ? { dashed } : {}),
  });
  return chart(x, y, [
    level(bias, 'bias', false),
    level(lowerLimit, 'lower limit of agreement', true),
    level(upperLimit, 'upper limit of agreement', true),
    { kind: 'dots', points, colour: colours[0] },
  ]);
}
