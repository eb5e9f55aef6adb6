import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readDate, readDateTime, readTime, readZone } from '../../src/dicom/date-time-values.ts';

// Ranges and forms by hand from PS3.5 6.2 (DA, TM, DT); the calendar is the Gregorian one.
const table = (
  read: (text?: string) => unknown,
  cases: readonly (readonly [text: string | undefined, value: unknown])[],
) => {
  for (const [text, value] of cases) {
    it(`${text ?? 'absent'} is ${value === undefined ? 'none' : JSON.stringify(value)}`, () =>
      assert.deepEqual(read(text), value));
  }
};

describe('a date (DA)', () => {
  table(readDate, [
    ['20240229', '20240229'],
    ['2024.02.29', '20240229'], // ACR-NEMA
    ['20000229', '20000229'],
    ['20230229', undefined],
    ['19000229', undefined],
    ['20260431', undefined],
    ['20261301', undefined],
    ['20260100', undefined],
    ['00000101', undefined],
    ['2026', undefined],
    ['20260101-20260131', undefined],
    ['unknown', undefined],
    [undefined, undefined],
  ]);
});

describe('a time (TM)', () => {
  table(readTime, [
    ['08', '08'],
    ['0815', '0815'],
    ['081530', '081530'],
    ['081530.123456', '081530.123456'],
    ['08:15:30', '081530'], // ACR-NEMA
    ['235960', '235960'], // a leap second
    ['235961', undefined],
    ['996099', undefined],
    ['240000', undefined],
    ['1260', undefined],
    ['8', undefined],
    ['', undefined],
    [undefined, undefined],
  ]);
});

describe('a zone (TimezoneOffsetFromUTC)', () => {
  table(readZone, [
    ['+0000', '+0000'],
    ['+0545', '+0545'],
    ['+1400', '+1400'],
    ['-1200', '-1200'],
    ['+1401', undefined],
    ['-1201', undefined],
    ['+9999', undefined],
    ['+0160', undefined],
    ['0100', undefined],
    [undefined, undefined],
  ]);
});

describe('a date and time (DT) in a dataset of zone +0100', () => {
  table(
    (text) => readDateTime(text, '+0100'),
    [
      ['20260103101112.5-0500', { date: '20260103', time: '101112.5', timezoneOffset: '-0500' }],
      ['20260103101112', { date: '20260103', time: '101112', timezoneOffset: '+0100' }],
      ['20260103101112+9999', { date: '20260103', time: '101112' }],
      ['20260103256199', { date: '20260103', timezoneOffset: '+0100' }],
      ['20260103', { date: '20260103', timezoneOffset: '+0100' }],
      ['20260231101112', undefined],
      ['202601', undefined],
      [undefined, undefined],
    ],
  );
});
