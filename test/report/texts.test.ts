import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { languages } from '../../src/config-report.ts';
import { formatsOf } from '../../src/report/formats.ts';
import { type Plural, textsIn } from '../../src/report/texts.ts';

const placeOf = (text: string) => `[${text}]`;
/** Every text of a catalogue by its path; functions are called. */
function all(texts: object, path = ''): (readonly [string, string])[] {
  return Object.entries(texts).flatMap(([key, value]: [string, unknown]) => {
    const at = `${path}/${key}`;
    if (typeof value === 'string') return [[at, value] as const];
    if (typeof value === 'function') return [[at, String(value(placeOf('1'), placeOf('2')))] as const];
    return all(value as object, at);
  });
}

describe('the texts of the report', () => {
  it('are there in each language, and are others than the English ones', () => {
    const english = new Map(all(textsIn('en')));
    for (const language of languages) {
      const texts = new Map(all(textsIn(language)));
      assert.ok([...texts.values()].every((text) => text.trim() === text && text !== ''));
      if (language === 'en') continue;
      // A word may be the same in two languages; a sentence, none of which is short, is not.
      const same = [...texts].filter(([path, text]) => text.length > 12 && english.get(path) === text);
      assert.deepEqual(same, [], language);
    }
  });

  it('use what they are given', () => {
    for (const language of languages) {
      const { page, ofMaximum, alternatives } = textsIn(language);
      assert.match(page('1', '2'), /1.*2/);
      assert.match(ofMaximum('25'), /25/);
      assert.match(alternatives.transverse('z = 3 mm'), /z = 3 mm/);
    }
  });

  it('have every plural form that their language has for counts', () => {
    for (const language of languages) {
      const { locale, slices, moreWarnings, moreTexts, earlierResults } = textsIn(language);
      // Of millions, which Spanish, French and Italian tell apart, there are none.
      const categories = new Intl.PluralRules(locale)
        .resolvedOptions()
        .pluralCategories.filter((category) => category !== 'many');
      for (const forms of [slices, moreWarnings, moreTexts, earlierResults] satisfies Plural[]) {
        assert.deepEqual(Object.keys(forms).sort(), [...categories].sort(), language);
        assert.ok(Object.values(forms).every((form) => form.includes('{n}')));
      }
    }
  });

  it('count in French from 0 on with one form, in the others with the other', () => {
    // CLDR: French has "one" for 0 and 1.
    const none = (language: 'fr' | 'de' | 'es') =>
      formatsOf(textsIn(language).locale).count(textsIn(language).slices, 0);
    assert.deepEqual([none('fr'), none('de'), none('es')], ['0 coupe', '0 Schichten', '0 cortes']);
  });

  it('use the words that radiologists of the country use for what is seen', () => {
    // Consolidation is what a German reader would take "Verdichtung" for.
    assert.ok(all(textsIn('de')).every(([, text]) => !/verdichtung/i.test(text)));
    assert.equal(textsIn('de').columns.opacityMl, 'Opazität, ml');
    assert.equal(textsIn('de').classes['no-imaging-signs'], 'Keine Infektzeichen');
    assert.equal(textsIn('de').sexes.O, 'andere');
    assert.equal(textsIn('fr').captions.upper, 'Tiers supérieur');
    assert.equal(textsIn('es').headings.severity, 'Puntuación de gravedad por TC');
    assert.equal(textsIn('it').headings.severity, 'Punteggio di gravità TC');
  });

  it('name the lobes as radiologists of the country do', () => {
    assert.deepEqual(Object.values(textsIn('fr').lobes), [
      'Lobe supérieur droit',
      'Lobe moyen',
      'Lobe inférieur droit',
      'Lobe supérieur gauche',
      'Lobe inférieur gauche',
    ]);
    assert.equal(textsIn('de').lobes.RML, 'Mittellappen');
    assert.equal(textsIn('nl').lobes.LUL, 'Linkerbovenkwab');
  });
});

describe('numbers and dates', () => {
  it('are written as in the language', () => {
    const [en, de, fr] = [formatsOf('en-GB'), formatsOf('de'), formatsOf('fr')];
    assert.deepEqual([en.percent(12.34), de.percent(12.34)], ['12.3%', '12,3\u00a0%']);
    assert.equal(fr.percent(12.34), '12,3\u00a0%');
    assert.deepEqual(
      [en.whole(4200.4), de.whole(4200.4), fr.whole(4200.4)],
      ['4,200', '4.200', '4\u202f200'],
    );
    assert.deepEqual([en.mm(-0.04), en.mm(-12.34)], ['0 mm', '−12.3 mm']);
    assert.deepEqual(
      ['001Y', '076Y', '003W', '012D', '76Y'].map((age) => de.age(age)),
      ['1 Jahr', '76 Jahre', '3 Wochen', '12 Tage', '76Y'],
    );
  });

  it('are never 0 or 1 where they are probabilities: a network is not certain', () => {
    const [en, de] = [formatsOf('en-GB'), formatsOf('de')];
    assert.deepEqual(
      [0, 0.0005, 0.0009, 0.001, 0.5, 0.999, 0.9991, 1].map((value) => en.probability(value)),
      [
        '<\u00a00.001',
        '<\u00a00.001',
        '<\u00a00.001',
        '0.001',
        '0.500',
        '0.999',
        '>\u00a00.999',
        '>\u00a00.999',
      ],
    );
    assert.deepEqual([de.probability(0), de.probability(1)], ['<\u00a00,001', '>\u00a00,999']);
  });

  it('say times in a zone with its name', () => {
    const { instant, dateTime, zone } = formatsOf('en-GB');
    // Noon in London is half past five in the afternoon in India; the day changes with the zone.
    assert.equal(instant('2026-11-23T12:00:00Z'), '23 Nov 2026, 12:00 UTC');
    assert.equal(instant('2026-11-23T12:00:00Z', '+0530'), '23 Nov 2026, 17:30 UTC+05:30');
    assert.equal(instant('2026-11-23T02:00:00Z', '-0500'), '22 Nov 2026, 21:00 UTC-05:00');
    assert.equal(instant('2026-11-23T13:00:00+01:00', '+0000'), '23 Nov 2026, 12:00 UTC');
    assert.equal(dateTime('20261123', '0915', zone('+0100')), '23 Nov 2026, 09:15 UTC+01:00');
    assert.equal(dateTime('20261123', undefined, zone('+0100')), '23 Nov 2026');
  });

  it('say dates as precisely as they are known, and what is none as it is', () => {
    const { date, dateTime } = formatsOf('en-GB');
    assert.deepEqual(
      ['20261123', '2026-11-23T23:30:00-11:00', '2026-11', '2026', '19500231', 'x'].map(date),
      ['23 Nov 2026', '23 Nov 2026', 'Nov 2026', '2026', '19500231', 'x'],
    );
    assert.deepEqual(
      [dateTime('20261123', '235959.9'), dateTime('20261123', '23'), dateTime('20261123', undefined)],
      ['23 Nov 2026, 23:59', '23 Nov 2026', '23 Nov 2026'],
    );
    assert.equal(dateTime('20261123', '2561'), '23 Nov 2026');
  });
});
