import { element, withShare } from '../dom/element.ts';
import type { Analysis, Involvement } from '../service/api.ts';
import { decisionTexts, lobeTexts, mlText, mlTextFine, percentText } from './texts.ts';

/** The numbers of the report: decision and probabilities, severity, involvement. */
export function findingsPanel({ classification, severity, involvement }: Analysis): HTMLElement[] {
  return [
    ...(classification ? [decision(classification)] : []),
    ...(severity ? [severityScale(severity)] : []),
    ...(involvement ? [involvementTable(involvement)] : []),
  ];
}

function decision({ decision: made, probabilities }: NonNullable<Analysis['classification']>): HTMLElement {
  const rows = (Object.keys(decisionTexts) as (keyof typeof decisionTexts)[]).map((name) => {
    const probability = probabilities[name];
    return withShare(
      element(
        'li',
        { class: name === made ? 'bar made' : 'bar' },
        element('span', {}, decisionTexts[name]),
        element('strong', {}, probability.toFixed(2)),
      ),
      probability,
    );
  });
  return section(
    'Classification',
    element('p', { class: 'headline' }, decisionTexts[made]),
    element('p', { class: 'quiet' }, 'An imaging pattern, no diagnosis. Probabilities:'),
    element('ul', { class: 'bars' }, ...rows),
  );
}

/** Ends of the bands of the score (Pan et al. 2020), of 25. */
const bands = [
  { name: 'mild', from: 1, to: 5 },
  { name: 'moderate', from: 6, to: 14 },
  { name: 'severe', from: 15, to: 25 },
] as const;

function severityScale({ score, band }: NonNullable<Analysis['severity']>): HTMLElement {
  const scale = bands.map(({ name, from, to }) =>
    element('span', { class: `band ${name}${name === band ? ' here' : ''}` }, `${name} ${from}–${to}`),
  );
  return section(
    'CT severity score',
    element('p', { class: 'headline' }, `${score} of 25, ${band}`),
    withShare(
      element(
        'div',
        { class: 'scale', 'aria-hidden': 'true' },
        ...scale,
        element('span', { class: 'marker' }),
      ),
      score / 25,
    ),
  );
}

function involvementTable(involvement: Involvement): HTMLElement {
  const { right, left, lobes } = involvement;
  const rows = [
    { name: 'Both lungs', region: involvement, score: '', kind: 'total' },
    { name: 'Right lung', region: right, score: '', kind: 'side' },
    { name: 'Left lung', region: left, score: '', kind: 'side' },
    ...lobes.map((one) => ({
      name: lobeTexts[one.lobe],
      region: one,
      score: String(one.score),
      kind: `lobe ${one.lobe}`,
    })),
  ];
  const heads = ['Region', 'Involved', 'Opacity mL', 'Lung mL', 'Score'];
  return section(
    'Involvement',
    element('p', { class: 'headline' }, `${percentText(involvement.percent)} of the lungs`),
    element(
      'table',
      { class: 'involvement' },
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          ...heads.map((text, i) => element('th', { scope: 'col', class: i > 0 && 'number' }, text)),
        ),
      ),
      element(
        'tbody',
        {},
        ...rows.map(({ name, region, score, kind }) =>
          element(
            'tr',
            { class: kind },
            element('th', { scope: 'row' }, name),
            withShare(
              element('td', { class: 'number share' }, percentText(region.percent)),
              region.percent / 100,
            ),
            element('td', { class: 'number' }, mlTextFine(region.opacityMl)),
            element('td', { class: 'number' }, mlText(region.lungMl)),
            element('td', { class: 'number' }, score),
          ),
        ),
      ),
    ),
    element(
      'p',
      { class: 'quiet' },
      'Score of a lobe: 0 none, 1 below 5 %, 2 to 25 %, 3 to 50 %, 4 to 75 %, 5 above.',
    ),
  );
}

export function section(title: string, ...children: Parameters<typeof element>[2][]): HTMLElement {
  return element('section', { class: 'finding' }, element('h3', {}, title), ...children);
}
