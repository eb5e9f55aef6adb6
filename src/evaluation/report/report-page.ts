import type { AnalysedCase, CaseResult } from '../case-result.ts';
import type { Metrics } from '../metrics.ts';
import { blandAltmanChart, calibrationChart, rocChart, volumeScatter } from './charts.ts';
import { Html, html } from './html.ts';
import { caseTable, confusionTable, figureTable, modelTable, subgroupTable } from './tables.ts';

const style = `body { font: 14px/1.45 system-ui, sans-serif; color: #1b1b1b; margin: 2rem auto; max-width: 1240px; padding: 0 1rem }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-top: 2.2rem }
.notice { border: 2px solid #b3261e; padding: .6rem 1rem; font-weight: 600 }
table { border-collapse: collapse; margin: .6rem 0; font-variant-numeric: tabular-nums }
th, td { border: 1px solid #d5d5d5; padding: .2rem .55rem; text-align: left; vertical-align: top }
thead th { background: #f1f1f1 } .number { text-align: right; white-space: nowrap } .count { text-align: center }
.wide { max-width: 26rem } .wrong { color: #b3261e; font-weight: 600 } .scroll { overflow-x: auto } .cases { font-size: 12px }
.charts { display: flex; flex-wrap: wrap; gap: 1.5rem } figure { margin: 0 } figcaption { font-weight: 600 }
.sum { max-width: 17rem; overflow-wrap: anywhere }
@media print { .scroll { overflow: visible } }`;

/** The report as one HTML file that needs nothing beside it: no script, no style sheet, no picture. */
export function reportPage(metrics: Metrics, results: readonly CaseResult[]): string {
  const { cohort, bootstrap, lobar, madeAt } = metrics;
  const analysed = results.filter((one): one is AnalysedCase => one.outcome === 'analysed');
  const charts = [
    figure('ROC, each class against the rest', rocChart(metrics)),
    figure('Calibration', calibrationChart(metrics)),
    figure('Volume of opacity', volumeScatter(analysed)),
    figure('Bland-Altman, volume of opacity', blandAltmanChart(analysed)),
    figure('Decisions', confusionTable(metrics)),
  ];
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Lobar evaluation</title><style>${new Html(style)}</style></head><body>
<h1>Evaluation of the Lobar pipeline</h1>
<p class="notice">${metrics.notice}</p>
<p>Lobar ${lobar}, ${madeAt}. ${cohort.cases} cases of ${cohort.patients} patients: ${cohort.analysed} analysed,
${cohort.ineligible} not eligible, ${cohort.failed} failed. Intervals: ${Math.round(bootstrap.level * 100)} %, percentile
bootstrap by patient (five at least), ${bootstrap.resamples} resamples, seed ${bootstrap.seed}. Cohort table: SHA-256
<code>${cohort.sha256.slice(0, 16)}...</code>.</p>
<h2>Models</h2><div class="scroll">${modelTable(metrics)}</div>
<h2>Charts</h2><div class="charts">${charts}</div>
<h2>Figures</h2>
<p>Opacities are those inside the lungs that the pipeline found, measured against the whole of the true mask, on cases with
at least 1,000 true voxels. The naive HU band is what needs no network: -700 to 100 HU after a 5 x 5 in-plane median,
inside the same lungs. A decision follows the rule of the model package: P(no-imaging-signs) above
${metrics.thresholds.noImagingSigns}, else P(covid-19) above ${metrics.thresholds.covid19}. Predictive values depend on how the
classes are mixed in this cohort.</p>
${figureTable(metrics)}
<h2>Subgroups</h2><p>Small groups say little: look at the intervals and the number of cases.</p>
<div class="scroll">${subgroupTable(metrics)}</div>
<h2>Cases</h2><div class="scroll">${caseTable(results)}</div>
</body></html>
`;
  return page.text;
}

function figure(title: string, content: Html | undefined): Html | undefined {
  return content && html`<figure><figcaption>${title}</figcaption>${content}</figure>`;
}
