/** The charts of PIPELINE.md 8, each from what metrics.json and the case files hold. */
import { classes } from '../../pipeline/types.ts';
import { blandAltman } from '../../statistics/bland-altman.ts';
import type { AnalysedCase } from '../case-result.ts';
import type { Metrics } from '../metrics.ts';
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

interface Volumes {
  readonly name: string;
  readonly truth: number;
  readonly predicted: number;
}

function volumesOf(cases: readonly AnalysedCase[]): readonly Volumes[] {
  return cases.flatMap(({ id, truth, predicted }) =>
    truth.opacityMl === undefined || predicted.opacityMl === undefined
      ? []
      : [{ name: id, truth: truth.opacityMl, predicted: predicted.opacityMl }],
  );
}

export function volumeScatter(cases: readonly AnalysedCase[]): Html | undefined {
  const volumes = volumesOf(cases);
  if (volumes.length === 0) return undefined;
  const all = volumes.flatMap(({ truth, predicted }) => [truth, predicted]);
  const [x, y] = [axisAround('true opacity, mL', all), axisAround('predicted opacity, mL', all)];
  const points = volumes.map(({ name, truth, predicted }) => ({ x: truth, y: predicted, name }));
  return chart(x, y, [diagonal(x.to), { kind: 'dots', points, colour: colours[0] }]);
}

export function blandAltmanChart(cases: readonly AnalysedCase[]): Html | undefined {
  const volumes = volumesOf(cases);
  const agreement = blandAltman(volumes.map(({ truth, predicted }) => ({ x: truth, y: predicted })));
  if (agreement === undefined) return undefined;
  const points = volumes.map(({ name, truth, predicted }) => ({
    x: (truth + predicted) / 2,
    y: predicted - truth,
    name,
  }));
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
