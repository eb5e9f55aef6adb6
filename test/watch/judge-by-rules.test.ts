/** The rules by cases made by hand. The clock stands at 2026-11-30 12:00 UTC. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkConfig } from '../../src/config.ts';
import {
  judgeByRules,
  needsSeries,
  type RuleCode,
  ruleCodes,
  type Sight,
} from '../../src/watch/judge-by-rules.ts';
import { type ListedStudy, readListedStudy } from '../../src/watch/listed-study.ts';
import { rulesOf } from '../../src/watch/rules.ts';
import { datesWithin } from '../../src/watch/study-start.ts';

const now = Date.UTC(2026, 10, 30, 12);
const minute = 60_000;
const rules = (watch: object = {}, eligibility: object = {}) => rulesOf(checkConfig({ watch, eligibility }));

const chest: ListedStudy = {
  uid: '2.25.1',
  description: 'CT Thorax nativ',
  modalities: ['CT', 'SR'],
  date: '20261130',
  time: '101500',
  timezoneOffset: '+0000',
  images: 300,
};
const sight: Sight = { stability: 5 * minute, now };

function failed(study: ListedStudy, watch: object = {}, more: Partial<Sight> = {}): RuleCode[] {
  const { reasons } = judgeByRules(study, rules(watch), { ...sight, ...more });
  return reasons.filter(({ passed }) => !passed).map(({ code }) => code);
}
function textOf(code: RuleCode, study: ListedStudy, watch: object = {}, more: Partial<Sight> = {}): string {
  const { reasons } = judgeByRules(study, rules(watch), { ...sight, ...more });
  return reasons.find((one) => one.code === code)?.text ?? '';
}
const without = (study: ListedStudy, ...names: (keyof ListedStudy)[]): ListedStudy =>
  Object.fromEntries(Object.entries(study).filter(([name]) => !names.some((one) => one === name))) as never;

describe('A study that is judged by the rules of the watch', () => {
  it('is eligible where it passes every one, and each says why', () => {
    const { decision, reasons } = judgeByRules(chest, rules(), sight);
    assert.equal(decision, 'eligible');
    assert.deepEqual(
      reasons.map(({ code }) => code),
      [...ruleCodes],
    );
    assert.ok(reasons.every(({ passed, text }) => passed && text.endsWith('.')));
  });

  it('tells nothing of itself but what the rules ask for', () => {
    const study = { ...chest, description: 'Thorax DOE^JANE' };
    const { reasons } = judgeByRules(study, rules(), sight);
    assert.doesNotMatch(JSON.stringify(reasons), /DOE|2\.25\.1/);
  });

  it('has one of the modalities', () => {
    assert.deepEqual(failed({ ...chest, modalities: ['MR', 'SR'] }), ['modality']);
    assert.deepEqual(failed({ ...chest, modalities: ['MR'] }, { modalities: ['CT', 'MR'] }), []);
  });

  it('whose PACS tells no modalities is judged by its series, and by nothing where those tell none', () => {
    const study = without(chest, 'modalities');
    const series = (...modalities: (string | undefined)[]) => ({
      series: modalities.map((modality) => (modality ? { modality, texts: [] } : { texts: [] })),
    });
    assert.deepEqual(failed(study, {}, series('SR', 'CT')), []);
    assert.deepEqual(failed(study, {}, series('SR')), ['modality']);
    assert.deepEqual(failed(study, {}, series('SR', undefined)), []);
    assert.ok(needsSeries(study, rules(), now));
  });

  // As eligibility.chestWords are read: test/dicom/body-part.test.ts.
  for (const [description, fits] of [
    ['CT CHEST W/O', true],
    ['CTThorax', true],
    ['Lungen-Screening', true],
    ['Darstellung Schädel', false],
    ['CT HEAD', false],
    ['pulmonary embolism', true],
    [undefined, false],
  ] as const) {
    it(`described as '${description}' is ${fits ? '' : 'not '}one of the chest`, () => {
      const study = without(chest, 'description');
      const described = description === undefined ? study : { ...study, description };
      assert.deepEqual(failed(described), fits ? [] : ['description']);
      assert.equal(needsSeries(described, rules(), now), !fits);
    });
  }

  it('is also one of the chest by the description or body part of one of its series', () => {
    const study = { ...chest, description: 'Routine' };
    const series = [
      { modality: 'CT', texts: ['Topogramm'] },
      { modality: 'CT', texts: ['Serie 2', 'CHEST'] },
    ];
    assert.deepEqual(failed(study, {}, { series }), []);
    assert.deepEqual(failed(study, {}, { series: series.slice(0, 1) }), ['description']);
    assert.match(textOf('description', study, {}, { series: series.slice(0, 1) }), /of its 1 series/);
  });

  it('is described by the words of the watch, where it has some of its own', () => {
    const watch = { descriptionWords: ['protokoll'] };
    assert.deepEqual(failed(chest, watch), ['description']);
    assert.deepEqual(failed({ ...chest, description: 'Protokoll 7' }, watch), []);
    assert.match(textOf('description', chest, watch), /watch\.descriptionWords/);
    assert.match(textOf('description', { ...chest, description: 'x' }), /eligibility\.chestWords/);
  });

  it('has none of the words that are not wanted, at the beginning of a word', () => {
    const watch = { withoutWords: ['biops', 'intervention'] };
    assert.deepEqual(failed({ ...chest, description: 'CT Thorax Biopsie' }, watch), ['excluded-word']);
    assert.deepEqual(failed({ ...chest, description: 'CT Thorax Nachbiopsie' }, watch), []);
    assert.ok(!needsSeries({ ...chest, description: 'Biopsie' }, rules(watch), now));
  });

  it('is not older than the hours of the rule, to the second', () => {
    const at = (date: string, time: string) => ({ ...chest, date, time });
    assert.deepEqual(failed(at('20261128', '120000')), []);
    assert.deepEqual(failed(at('20261128', '115959')), ['too-old']);
    assert.match(textOf('too-old', at('20261128', '090000')), /51 h old, more than .*\(48\)/);
  });

  it('is as old as it is where it was made', () => {
    // 13:00 in Vienna is noon UTC; 22:00 of the day before in Auckland is 09:00 UTC of that day.
    const zone = (date: string, time: string, timezoneOffset: string) => ({
      ...chest,
      ...{ date, time, timezoneOffset },
    });
    assert.match(textOf('too-old', zone('20261130', '130000', '+0100')), /^It is 0 min old/);
    assert.match(textOf('too-old', zone('20261129', '220000', '+1300')), /^It is 27 h old/);
    assert.match(textOf('too-old', zone('20261130', '060000', '-0500')), /^It is 1 h old/);
  });

  it('is taken to be of the time zone of this process where none is told, and says so', () => {
    const local = new Date(now - 90 * minute);
    const two = (value: number) => String(value).padStart(2, '0');
    const date = `${local.getFullYear()}${two(local.getMonth() + 1)}${two(local.getDate())}`;
    const study = {
      ...without(chest, 'timezoneOffset'),
      date,
      time: two(local.getHours()) + two(local.getMinutes()),
    };
    assert.match(textOf('too-old', study), /^It is 1\.5 h old.*time zone of this process/);
  });

  it('of yesterday evening is young after midnight', () => {
    const midnight = Date.UTC(2026, 10, 30, 0, 10);
    const study = { ...chest, date: '20261129', time: '235500' };
    assert.match(
      textOf('too-old', study, { receivedWithinHours: 1 }, { now: midnight }),
      /^It is 15 min old/,
    );
  });

  it('without a time counts to the end of its day, and without a date as new', () => {
    assert.deepEqual(failed({ ...without(chest, 'time'), date: '20261128' }), []);
    assert.deepEqual(failed({ ...without(chest, 'time'), date: '20261127' }), ['too-old']);
    assert.deepEqual(failed(without(chest, 'date', 'time')), []);
  });

  it('of a time in the future is new, and it is said', () => {
    const study = { ...chest, date: '20261201' };
    assert.deepEqual(failed(study), []);
    assert.match(textOf('too-old', study), /in the future/);
  });

  it('has images', () => {
    assert.deepEqual(failed({ ...chest, images: 0 }), ['no-images']);
    const untold = without(chest, 'images');
    assert.ok(needsSeries(untold, rules(), now));
    assert.deepEqual(failed(untold, {}, { series: [{ texts: [], images: 0 }] }), ['no-images']);
    assert.deepEqual(failed(untold, {}, { series: [{ texts: [] }] }), []);
  });

  it('waits while its images arrive, whatever else is wrong with it', () => {
    for (const study of [chest, { ...chest, modalities: ['MR'] }]) {
      const { decision } = judgeByRules(study, rules(), { ...sight, stability: 5 * minute - 1 });
      assert.equal(decision, 'waiting');
    }
    for (const stability of ['told', 'unknown', 5 * minute] as const) {
      assert.equal(judgeByRules(chest, rules(), { ...sight, stability }).decision, 'eligible');
    }
    const { decision } = judgeByRules({ ...chest, modalities: ['MR'] }, rules(), sight);
    assert.equal(decision, 'filtered');
  });
});

describe('What a PACS lists', () => {
  it('is read as it stands, also in the ways that are not of the standard', () => {
    const value = (...Value: unknown[]) => ({ vr: 'XX', Value });
    assert.deepEqual(
      readListedStudy({
        '0020000D': value('2.25.1\0'),
        '00080061': value('CT\\SR'),
        '00081030': value(' CT CHEST '),
        '00080020': value('2026.11.30'),
        '00080030': value('10:15:00'),
        '00080201': value('+0100'),
        '00201208': value('300'),
      }),
      {
        uid: '2.25.1',
        modalities: ['CT', 'SR'],
        description: 'CT CHEST',
        date: '20261130',
        time: '101500',
        timezoneOffset: '+0100',
        images: 300,
      },
    );
  });

  it('without most of it is read as far as it goes', () => {
    const broken = { vr: 'XX', Value: [null, {}, ''] };
    assert.deepEqual(
      readListedStudy({ '0020000D': { vr: 'UI', Value: ['1.2'] }, '00080020': broken, '00201208': broken }),
      { uid: '1.2' },
    );
  });

  it('is asked for by dates that hold every study which may be young enough, in any time zone', () => {
    // 48 and 26 hours before noon of 30 November: 10:00 of 27 November, UTC.
    assert.match(datesWithin(48, now), /^2026112[67]-$/);
  });
});
