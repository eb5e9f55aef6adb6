import type { Analysis, OtherSeries } from '../analysis/analysis.ts';
import { roundDecimal } from '../round-decimal.ts';
import { plainLine } from './plain-text.ts';

/** Volumes that are known to be true, to be printed beside the found ones. */
export interface Truth {
  readonly lungMl: number;
  readonly opacityMl: number;
  readonly percent: number;
  readonly lobes: readonly {
    readonly lobe: string;
    readonly lungMl: number;
    readonly opacityMl: number;
    readonly percent: number;
  }[];
}

/** The Analysis as a page of text for a terminal. */
export function formatAnalysis(analysis: Analysis, truth?: Truth): string {
  const parts =
    analysis.outcome === 'ineligible'
      ? refusal(analysis)
      : [...findings(analysis, truth), ...seriesLines(analysis)];
  const warnings = analysis.warnings.map(({ code, text }) => `  ! ${code}: ${text}`);
  return ['', ...parts, ...warnings, '', timings(analysis), ''].map(plainLine).join('\n');
}

function findings({ classification, involvement, severity, models }: Analysis, truth?: Truth): string[] {
  if (classification === undefined || involvement === undefined || severity === undefined) return [];
  const probabilities = Object.entries(classification.probabilities)
    .map(([name, p]) => `${name} ${p.toFixed(2)}`)
    .join(', ');
  const rows = [
    ...involvement.lobes.map((one) => ({ ...one, name: one.lobe, score: String(one.score) })),
    { ...involvement.right, name: 'right', score: '' },
    { ...involvement.left, name: 'left', score: '' },
    { ...involvement, name: 'total', score: String(severity.score) },
  ];
  const known = (name: string) => (name === 'total' ? truth : truth?.lobes.find(({ lobe }) => lobe === name));
  return [
    `  Decision     ${classification.decision}   (${probabilities})`,
    `  Severity     ${severity.score} of 25, ${severity.band}`,
    `  Involvement  ${decimal(involvement.percent, 1)} % of ${decimal(involvement.lungMl, 0)} mL of lung`,
    '',
    `  ${'lobe'.padEnd(8)}${cells(['lung mL', 'opacity mL', '%', 'score'])}${truth ? cells(['true lung', 'true opac.', 'true %']) : ''}`,
    ...rows.map((row) => {
      const t = known(row.name);
      const own = [decimal(row.lungMl, 0), decimal(row.opacityMl, 1), decimal(row.percent, 1), row.score];
      const trueCells = t
        ? cells([decimal(t.lungMl, 0), decimal(t.opacityMl, 1), decimal(t.percent, 1)])
        : '';
      return `  ${row.name.padEnd(8)}${cells(own)}${trueCells}`;
    }),
    '',
    ...models.map(
      (one) =>
        `  Model        ${one.task}: ${one.name} ${one.version}${one.precision === undefined ? '' : ` (${one.precision})`} on ${one.executionProvider}`,
    ),
    '  Not verified by a radiologist. The cards of the models (models/) say what they were trained on. Not for patients.',
  ];
}

function seriesLines({ series, published }: Analysis): string[] {
  if (series === undefined) return [];
  const spacing = series.spacingMm.map((mm) => mm.toFixed(2)).join(' x ');
  return [
    `  Series       ${nameOf(series)}: ${series.slices} slices, ${spacing} mm (z, y, x)`,
    ...(series.chosenBecause === undefined ? [] : [`  Chosen       ${series.chosenBecause.text}`]),
    ...series.others.map(
      (one) => `  Not chosen   ${nameOf(one)}: ${one.reasons.map(({ text }) => text).join(' ')}`,
    ),
    published === undefined
      ? '  Published    nothing'
      : `  Published    ${published.report} in EHR '${published.ehr}'${published.alreadyPublished ? ' (was there already)' : ''}${published.writeMode === undefined ? '' : ` by ${published.writeMode.mode}`}`,
  ];
}

function refusal({ reasons = [] }: Analysis): string[] {
  return [
    '  Not eligible; nothing was analysed or published.',
    ...reasons.flatMap((one) => [
      `  Series ${nameOf(one)}`,
      ...one.reasons.map(({ code, text }) => `    ${code}: ${text}`),
    ]),
  ];
}

/** By its description and, where it was split, its stack. */
function nameOf({ description, uid, stack }: Pick<OtherSeries, 'description' | 'uid' | 'stack'>): string {
  return `${description ?? uid}${stack === undefined ? '' : ` [${stack.distinguishedBy}]`}`;
}

function timings({ timingsMs }: Analysis): string {
  const { total = 0, eventLoopP99 = 0, ...stages } = timingsMs;
  const parts = Object.entries(stages).map(([stage, ms]) => `${stage} ${(ms / 1000).toFixed(2)}`);
  return `  Time         ${parts.join(', ')}; total ${(total / 1000).toFixed(2)} s; event loop p99 ${eventLoopP99.toFixed(0)} ms`;
}

/** As every other form of the result rounds it. */
function decimal(value: number, decimals: number): string {
  return roundDecimal(value, decimals).toFixed(decimals);
}

function cells(values: readonly string[]): string {
  return values.map((value) => value.padStart(12)).join('');
}
