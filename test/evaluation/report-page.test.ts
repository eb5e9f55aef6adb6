import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CaseResult } from '../../src/evaluation/case-result.ts';
import { metricsOf } from '../../src/evaluation/metrics-of.ts';
import { axisAround, ticks } from '../../src/evaluation/report/chart.ts';
import { html } from '../../src/evaluation/report/html.ts';
import { shownEstimate } from '../../src/evaluation/report/numbers.ts';
import { reportPage } from '../../src/evaluation/report/report-page.ts';
import { classes } from '../../src/pipeline/types.ts';
import { analysedCase } from './analysed-case.ts';
import { context } from './context.ts';

const results: CaseResult[] = [
  ...Array.from({ length: 9 }, (_, at) =>
    analysedCase(`c${at}`, {
      label: classes[at % 3] ?? 'covid-19',
      probabilities: { 'covid-19': at / 10, 'other-infection': 0.9 - at / 10, 'no-imaging-signs': 0.1 },
      subgroups: { vendor: at % 2 === 0 ? 'A & B <i>' : 'C' },
      truth: { opacityMl: at * 10 },
      predicted: { opacityMl: at * 9 + 1 },
      lungs: { truth: 100, predicted: 100, both: 98 },
    }),
  ),
  {
    schema: 'lobar-evaluation-case/1',
    id: 'gone',
    fingerprint: '',
    models: [],
    patient: 'x',
    outcome: 'failed',
    error: { code: 'no-images', message: 'No <script>alert(1)</script>' },
  },
];

describe('the report', () => {
  const page = reportPage(metricsOf(results, context), results);

  it('begins by saying what it is not, and tells what the models are', () => {
    assert.match(page, /class="notice">Research use\./);
    assert.ok(page.indexOf('class="notice"') < page.indexOf('<h2>'));
    assert.match(page, /<td>tiny 1\.0\.0<\/td>/);
    assert.match(page, /<td class="wide">Tests<\/td>/);
  });

  it('needs nothing beside it and runs nothing', () => {
    assert.doesNotMatch(page, /<script|<link|<img|\bsrc=|url\(|https?:/);
  });

  it('lets no text of a table, a header or a manifest become markup', () => {
    assert.ok(page.includes('Nothing &lt;b&gt;at all&lt;/b&gt;'));
    assert.ok(page.includes('A &amp; B &lt;i&gt;'));
    assert.ok(page.includes('No &lt;script&gt;alert(1)&lt;/script&gt;'));
  });

  it('has every chart and every case', () => {
    for (const title of ['ROC', 'Calibration', 'Volume of opacity', 'Bland-Altman', 'Decisions']) {
      assert.match(page, new RegExp(`<figcaption>${title}`));
    }
    for (const { id } of results) assert.ok(page.includes(`<td>${id}</td>`), id);
    assert.match(page, /covid-19, AUC 0\.\d{3}/);
    assert.equal(page.match(/<svg/g)?.length, 4);
    assert.doesNotMatch(page, /NaN|undefined|\[object/);
  });

  it('draws no chart that the cases do not tell', () => {
    const one = [analysedCase('a')];
    const bare = reportPage(metricsOf(one, context), one);
    assert.doesNotMatch(bare, /<svg|<figure>|NaN|undefined/);
  });
});

describe('numbers for people', () => {
  it('have three digits of a share, one of a volume, and their interval', () => {
    assert.equal(shownEstimate({ value: 0.98765, low: 0.9, high: 1, cases: 5 }), '0.988 (0.900 to 1.000)');
    assert.equal(shownEstimate({ value: 12.34, cases: 5 }, 'mL'), '12.3 mL');
    assert.equal(shownEstimate({ value: 1234.5, cases: 5 }, 'mL'), '1235 mL');
    assert.equal(shownEstimate({ value: 1e-9, cases: 5 }), '1.0e-9');
    assert.equal(shownEstimate(undefined), '');
  });

  it('stand at round places of an axis', () => {
    assert.deepEqual(
      ticks({ from: 0, to: 1 }).map((value) => value.toFixed(2)),
      ['0.00', '0.20', '0.40', '0.60', '0.80', '1.00'],
    );
    assert.deepEqual(ticks({ from: -7, to: 23 }), [0, 10, 20]);
    assert.deepEqual(axisAround('x', [0, 100]), { title: 'x', from: 0, to: 105 });
    const around = axisAround('x', [-50, 50]);
    assert.deepEqual([around.from, around.to], [-55, 55]);
    assert.ok(axisAround('x', []).to > 0);
  });
});

describe('a template', () => {
  it('escapes what is put in, joins lists and leaves nothing out but nothing', () => {
    assert.equal(
      html`<a title="${'"<&\''}">${[html`<b/>`, 0, undefined]}</a>`.text,
      '<a title="&quot;&lt;&amp;&#39;"><b/>0</a>',
    );
  });
});
