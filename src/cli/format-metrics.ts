import { join } from 'node:path';
import type { Metrics } from '../evaluation/metrics.ts';
import { shownEstimate } from '../evaluation/report/numbers.ts';

/** What fits a screen; metrics.json has everything. */
const summary = [
  'classifier.accuracy',
  'classifier.auc.macro',
  'classifier.auc.covid-19',
  'lungs.dice',
  'lobes.dice',
  'opacities.dice',
  'naive.dice',
  'opacities.lostPercent',
  'opacities.falseMl',
  'volume.r',
  'severity.bandAgreement',
] as const;

export function formatMetrics({ cohort, figures, titles, models, notice }: Metrics, folder: string): string {
  const lines = summary.flatMap((name) => {
    const estimate = figures[name];
    const { title = name, unit = '' } = titles[name] ?? {};
    return estimate === undefined
      ? []
      : [`  ${title.padEnd(58)}${shownEstimate(estimate, unit)}, ${counted(estimate.cases)}`];
  });
  return `${counted(cohort.cases)}: ${cohort.analysed} analysed, ${cohort.ineligible} not eligible, ${cohort.failed} failed
Models: ${models.map(({ name, version, precision }) => `${name} ${version}${precision === undefined ? '' : ` (${precision})`}`).join(', ')}

${lines.join('\n')}

${notice}
Written: ${join(folder, 'metrics.json')}, ${join(folder, 'report.html')}
`;
}

function counted(cases: number): string {
  return cases === 1 ? '1 case' : `${cases} cases`;
}
