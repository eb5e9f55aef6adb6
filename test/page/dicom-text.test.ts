import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dateRange, dateText, dicomDate, nameText, timeText } from '../../src/page/text/dicom-text.ts';

describe('Texts of DICOM on the reading page', () => {
  it('writes a person name as the report does (PS3.5 6.2.1)', () => {
    assert.equal(
      nameText('Adams^John Robert Quincy^^Rev.^B.A. M.Div.'),
      'Adams, Rev. John Robert Quincy, B.A. M.Div.',
    );
    assert.equal(nameText('Muster^Erika^Maria^Dr.'), 'Muster, Dr. Erika Maria');
    assert.equal(nameText('Yamada^Tarou=山田^太郎=やまだ^たろう'), 'Yamada, Tarou');
    assert.equal(nameText('=山田^太郎'), '山田, 太郎');
    assert.equal(nameText('Anonymous '), 'Anonymous');
    assert.equal(nameText('^^^^'), undefined);
    assert.equal(nameText(undefined), undefined);
  });

  it('writes dates and times, and leaves what is neither as it is', () => {
    assert.equal(dateText('20261102'), '2026-11-02');
    assert.equal(dateText('2026.11.02'), '2026.11.02');
    assert.equal(timeText('070907.0705'), '07:09');
    assert.equal(timeText(''), undefined);
    assert.equal(dicomDate(new Date(2026, 0, 9)), '20260109');
  });

  it('asks for days as QIDO-RS has them (PS3.4 C.2.2.2.5.1), a range without an end up to today', () => {
    assert.equal(dateRange('', '', '20261130'), '');
    assert.equal(dateRange('20261101', '20261102', '20261130'), '20261101-20261102');
    assert.equal(dateRange('20261101', '', '20261130'), '20261101-20261130');
    assert.equal(dateRange('', '20261101', '20261130'), '20261101');
    assert.equal(dateRange('20261130', '', '20261130'), '20261130');
  });
});
