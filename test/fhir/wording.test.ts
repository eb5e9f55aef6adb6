import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { reportContext } from '../../src/fhir/report-context.ts';
import type { ReportFacts } from '../../src/fhir/report-facts.ts';
import { conclusion, escapeXml, narrative } from '../../src/fhir/wording.ts';
import { clearFacts, exampleFacts, hostileTextFacts, sparseFacts } from './facts.ts';

const context = (facts: ReportFacts) =>
  reportContext(facts, undefined, { fhirBase: 'https://lobar.example.org/fhir' });

describe('The conclusion', () => {
  it('says the pattern, the numbers, who made it, and what it is worth', () => {
    assert.equal(
      conclusion(context(exampleFacts)),
      'AI: imaging pattern most consistent with COVID-19 pneumonia (probability 0.870); ' +
        '34.4 % of the lung affected by opacity; CT severity score 14 of 25 (moderate). ' +
        'Preliminary, made by software, not verified by a radiologist. ' +
        'The models were trained on generated phantoms and have no clinical validity.',
    );
  });

  it('says plainly that nothing was found', () => {
    assert.match(
      conclusion(context(clearFacts())),
      /^AI: no imaging signs of pulmonary infection \(probability 0\.900\); 0\.0 % of the lung affected by opacity; CT severity score 0 of 25 \(none\)\./,
    );
  });

  it('speaks of phantoms only where models were trained on them', () => {
    assert.match(conclusion(context(sparseFacts())), /Intended use of the models: Research\.$/);
  });
});

describe('The narrative', () => {
  it('is three sentences that begin with "not verified"', () => {
    const { status, div } = narrative(context(exampleFacts));
    assert.equal(status, 'generated');
    assert.match(
      div,
      /^<div xmlns="http:\/\/www\.w3\.org\/1999\/xhtml"><p>Preliminary, made by software, not verified by a radiologist\. AI result: .*\. The models were .*\.<\/p><\/div>$/,
    );
  });

  it('names the warnings of the analysis, escaped', () => {
    const { div } = narrative(context(hostileTextFacts()));
    assert.match(div, /<li>age-unknown: The age is unknown\.<\/li>/);
    assert.match(div, /&lt;script&gt;alert\(&quot;x&quot;\)&lt;\/script&gt; &amp; 'co' \]\]&gt;/);
    assert.doesNotMatch(div, /<script/);
  });
});

describe('escapeXml', () => {
  it('escapes markup and drops what XML 1.0 forbids', () => {
    assert.equal(escapeXml('a<b>&"\u0000\u0007\ufffe\n'), 'a&lt;b&gt;&amp;&quot;\n');
  });
});
