import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { acquisitionDateTime } from '../../src/dicom/acquisition-date-time.ts';

describe('the acquisition time as a FHIR dateTime', () => {
  // Written down by hand from PS3.5 6.2 (DA, TM), PS3.3 C.12.1.1.8 (zone) and FHIR R4 dateTime.
  const cases: [string, Parameters<typeof acquisitionDateTime>[0], string | undefined][] = [
    [
      'date, time and zone',
      { date: '20240229', time: '134501.25', timezoneOffset: '-0530' },
      '2024-02-29T13:45:01-05:30',
    ],
    ['no zone: the date alone, nothing is guessed', { date: '20240229', time: '134501' }, '2024-02-29'],
    ['no time', { date: '20240229', timezoneOffset: '+0100' }, '2024-02-29'],
    ['a time without seconds', { date: '20240229', time: '1345', timezoneOffset: '+0100' }, '2024-02-29'],
    [
      'a leap second: the one before it',
      { date: '20161231', time: '235960', timezoneOffset: '+0000' },
      '2016-12-31T23:59:59+00:00',
    ],
    ['nothing', undefined, undefined],
  ];
  for (const [name, given, expected] of cases) {
    it(name, () => assert.equal(acquisitionDateTime(given), expected));
  }
});
