import { lobeColours } from '../../pipeline/lobe-colours.ts';
import { maximalScore, severityRanges } from '../../pipeline/severity.ts';
import { classNames, lobeNames, lobeScores } from '../../pipeline/statements.ts';
import { classes, type Lobe } from '../../pipeline/types.ts';
import { element, withShare } from '../dom/element.ts';
import type { Analysis, Involvement } from '../service/api.ts';
import { mlText, mlTextFine, patternText, percentText, probabilityText } from './texts.ts';

/** The numbers of the report: decision and probabilities, severity, involvement. */
export function findingsPanel({ classification, severity, involvement }: Analysis): HTMLElement[] {
  return [
    ...(classification ? [decision(classification)] : []),
    ...(severity ? [severityScale(severity)] : []),
    ...(involvement ? [involvementTable(involvement)] : []),
  ];
}

function decision({ decision: made, probabilities }: NonNullable<Analysis['classification']>): HTMLElement {
  const rows = classes.map((name) => {
    const probability = probabilities[name];
    return withShare(
      element(
        'li',
        { class: name === made ? 'bar made' : 'bar' },
        element('span', {}, classNames[name]),
        element('strong', {}, probabilityText(probability)),
      ),
      probability,
    );
  });
  return section(
    'Imaging pattern',
    element('p', { class: 'headline' }, patternText(made)),
    element('p', { class: 'quiet' }, 'A pattern, no diagnosis. Probabilities:'),
    element('ul', { class: 'bars' }, ...rows),
  );
}

/** Where the scale begins: the band of nothing but 0 is widened, so that its name fits. */
const begin = -3.5;

function severityScale({ score, band }: NonNullable<Analysis['severity']>): HTMLElement {
  const scale = severityRanges.map((one) => {
    const text = one.from === one.to ? `${one.band} ${one.from}` : `${one.band} ${one.from}–${one.to}`;
    const made = element('span', { class: `band ${one.band}${one.band === band ? ' here' : ''}` }, text);
    // From the middle between two bands to the next.
    const from = one.from === 0 ? begin : one.from - 0.5;
    made.style.setProperty('--wide', String(Math.min(one.to + 0.5, maximalScore) - from));
    return made;
  });
  return section(
    'CT severity score',
    element('p', { class: 'headline' }, `${score} of ${maximalScore}, ${band}`),
    withShare(
      element(
        'div',
        { class: 'scale', 'aria-hidden': 'true' },
        ...scale,
        element('span', { class: 'marker' }),
      ),
      (score - begin) / (maximalScore - begin),
    ),
  );
}

function involvementTable(involvement: Involvement): HTMLElement {
  const { right, left, lobes } = involvement;
  const rows = [
    { name: 'Both lungs', region: involvement, score: '', kind: 'total', lobe: undefined },
    { name: 'Right lung', region: right, score: '', kind: 'side', lobe: undefined },
    { name: 'Left lung', region: left, score: '', kind: 'side', lobe: undefined },
    ...lobes.map((one) => ({
      name: lobeNames[one.lobe],
      region: one,
      score: String(one.score),
      kind: 'lobe',
      lobe: one.lobe,
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
        ...rows.map(({ name, region, score, kind, lobe }) =>
          element(
            'tr',
            { class: kind },
            element('th', { scope: 'row' }, lobe && swatch(lobe), name),
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
    element('p', { class: 'quiet' }, `Score of a lobe: ${lobeScores}.`),
  );
}

function swatch(lobe: Lobe): HTMLElement {
  const made = element('span', { class: 'swatch', 'aria-hidden': 'true' });
  made.style.backgroundColor = `rgb(${lobeColours[lobe].join(' ')})`;
  return made;
}

export function section(title: string, ...children: Parameters<typeof element>[2][]): HTMLElement {
  return element('section', { class: 'finding' }, element('h3', {}, title), ...children);
}
