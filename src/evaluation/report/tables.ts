import { dice } from '../../statistics/overlap.ts';
import type { AnalysedCase, CaseResult } from '../case-result.ts';
import { meanLobeDice } from '../figures.ts';
import type { Metrics } from '../metrics.ts';
import { lostPercent, opacityDice } from '../opacity-figures.ts';
import { type Html, html } from './html.ts';
import { shown, shownEstimate } from './numbers.ts';

export function modelTable({ models }: Metrics): Html {
  const row = (
    model: Metrics['models'][number],
  ) => html`<tr><td>${model.task}</td><td>${model.name} ${model.version}${model.precision && ` (${model.precision})`}</td>
<td class="wide">${model.trainingData}</td><td class="wide">${model.intendedUse}</td><td class="sum"><code>${model.sha256}</code></td></tr>`;
  return html`<table><thead><tr><th>Task</th><th>Model</th><th>Trained on</th><th>Intended use</th><th>SHA-256</th></tr></thead>
<tbody>${models.map(row)}</tbody></table>`;
}

export function figureTable({ titles, figures }: Metrics): Html {
  const rows = Object.entries(titles).flatMap(([name, { title, unit }]) => {
    const estimate = figures[name];
    return estimate === undefined
      ? []
      : [
          html`<tr><td>${title}</td><td class="number">${shownEstimate(estimate, unit)}</td><td class="number">${estimate.cases}</td></tr>`,
        ];
  });
  return html`<table><thead><tr><th>Figure</th><th>Value (95 % interval)</th><th>Cases</th></tr></thead><tbody>${rows}</tbody></table>`;
}

export function confusionTable({ confusion }: Metrics): Html | undefined {
  if (confusion === undefined) return undefined;
  const { labels, matrix } = confusion;
  const most = matrix.flat().reduce((a, b) => Math.max(a, b), 1);
  const cell = (count: number) =>
    html`<td class="count" style="background: rgba(31, 95, 168, ${((count / most) * 0.5).toFixed(2)})">${count}</td>`;
  return html`<table><thead><tr><th>is \\ decided</th>${labels.map((label) => html`<th>${label}</th>`)}</tr></thead>
<tbody>${labels.map((label, at) => html`<tr><th>${label}</th>${(matrix[at] ?? []).map(cell)}</tr>`)}</tbody></table>`;
}

/** The figures that subgroups are compared by; metrics.json has all of them. */
const comparedFigures = [
  ['classifier.accuracy', 'Accuracy'],
  ['classifier.auc.macro', 'AUC macro'],
  ['lungs.dice', 'Lung Dice'],
  ['lobes.dice', 'Lobe Dice'],
  ['opacities.dice', 'Opacity Dice'],
  ['naive.dice', 'Naive band Dice'],
  ['volume.r', 'Volume r'],
  ['opacities.lostPercent', 'Opacity lost'],
  ['opacities.falseMl', 'False opacity'],
  ['severity.bandAgreement', 'Band agreement'],
] as const;

export function subgroupTable({ subgroups, titles }: Metrics): Html {
  const told = comparedFigures.filter(([name]) =>
    subgroups.some(({ figures }) => figures[name] !== undefined),
  );
  const row = ({
    by,
    value,
    cases,
    patients,
    figures,
  }: Metrics['subgroups'][number]) => html`<tr><td>${by}</td><td>${value}</td>
<td class="number">${cases}</td><td class="number">${patients}</td>${told.map(([name]) => html`<td class="number">${shownEstimate(figures[name], titles[name]?.unit)}</td>`)}</tr>`;
  return html`<table><thead><tr><th>By</th><th>Value</th><th>Cases</th><th>Patients</th>${told.map(([, title]) => html`<th>${title}</th>`)}</tr></thead>
<tbody>${subgroups.map(row)}</tbody></table>`;
}

const heads = [
  'Case',
  'Label',
  'Decision',
  'P covid-19',
  'P other',
  'P none',
  'Lung Dice',
  'Lobe Dice',
  'Opacity Dice',
  'Naive Dice',
  'Opacity lost, %',
  'True mL',
  'Found mL',
  'True score',
  'Found score',
  'Warnings',
] as const;

export function caseTable(results: readonly CaseResult[]): Html {
  const row = (one: CaseResult) => {
    if (one.outcome === 'analysed') return analysedRow(one);
    const why = one.outcome === 'failed' ? `${one.error.code}: ${one.error.message}` : one.reasons.join(', ');
    return html`<tr><td>${one.id}</td><td>${one.label}</td><td colspan="${heads.length - 2}" class="wide">${one.outcome}: ${why}</td></tr>`;
  };
  return html`<table class="cases"><thead><tr>${heads.map((head) => html`<th>${head}</th>`)}</tr></thead><tbody>${results.map(row)}</tbody></table>`;
}

function analysedRow(one: AnalysedCase): Html {
  const { probabilities, predicted, truth } = one;
  const isWrong = one.label !== undefined && one.label !== one.decision;
  const cells = [
    shown(probabilities['covid-19']),
    shown(probabilities['other-infection']),
    shown(probabilities['no-imaging-signs']),
    shown(one.lungs && dice(one.lungs)),
    shown(meanLobeDice(one)),
    shown(opacityDice(one, 'network')),
    shown(opacityDice(one, 'naive')),
    shown(lostPercent(one), '%'),
    shown(truth.opacityMl, 'mL'),
    shown(predicted.opacityMl, 'mL'),
    truth.severity && `${truth.severity.score} ${truth.severity.band}`,
    predicted.severity && `${predicted.severity.score} ${predicted.severity.band}`,
  ];
  return html`<tr><td>${one.id}</td><td>${one.label}</td><td class="${isWrong ? 'wrong' : ''}">${one.decision}</td>
${cells.map((cell) => html`<td class="number">${cell}</td>`)}<td>${one.warnings.join(', ')}</td></tr>`;
}
