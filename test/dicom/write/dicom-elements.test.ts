import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { elementsOf } from '../../../src/dicom/write/dataset.ts';
import { encodeElements } from '../../../src/dicom/write/dicom-elements.ts';

const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** Expected bytes by hand from PS3.5 7.1.2 (heads), 7.5.1 (items of explicit length) and 6.2 (padding). */
describe('A data set that is written', () => {
  it('is in the order of its tags, each with tag, VR and length', () => {
    const bytes = encodeElements(elementsOf({ Rows: 512, Modality: 'SEG' }));
    assert.equal(
      hexOf(bytes),
      ['08006000', '4353', '0400', '53454720', '28001000', '5553', '0200', '0002'].join(''),
    );
  });

  it('holds sequences of items, also of none, with 32-bit lengths behind two reserved bytes', () => {
    const bytes = encodeElements(
      elementsOf({
        DimensionOrganizationSequence: [{ DimensionOrganizationUID: '1.2' }, {}],
        SourceImageSequence: [],
      }),
    );
    const item = ['20006491', '5549', '0400', '312e3200'].join('');
    assert.equal(
      hexOf(bytes),
      [
        ...['08001221', '5351', '0000', '00000000'],
        ...['20002192', '5351', '0000', '1c000000'],
        ...['feff00e0', '0c000000', item, 'feff00e0', '00000000'],
      ].join(''),
    );
  });

  it('points at an attribute by its group, then its element', () => {
    assert.equal(
      hexOf(encodeElements(elementsOf({ DimensionIndexPointer: 0x00200032 }))),
      '2000659141540400' + '20003200',
    );
  });

  it('writes long texts with 32-bit lengths, and a code of more than 16 characters as one', () => {
    const code = encodeElements(elementsOf({ LongCodeValue: 'ct-severity-score' }));
    assert.equal(hexOf(code).slice(0, 24), '08001901' + '5543' + '0000' + '12000000');
  });

  it('leaves out what is undefined, and writes what is empty without a value', () => {
    assert.equal(
      hexOf(encodeElements(elementsOf({ PatientAge: undefined, PatientID: '' }))),
      '100020004c4f0000',
    );
  });

  it('refuses a value that does not fit into its length', () => {
    const text = 'a'.repeat(70_000);
    assert.throws(() => encodeElements([{ tag: '00104000', vr: 'LT', value: text }]), RangeError);
  });
});

describe('A text of a data set', () => {
  const written = (dataset: Parameters<typeof elementsOf>[0]) => elementsOf(dataset)[0]?.value;

  it('has no control characters, and no backslash where it would begin another value', () => {
    assert.deepEqual(written({ SeriesDescription: 'a\\b\u0000c\td' }), ['a b c d']);
    assert.deepEqual(written({ DerivationDescription: 'a\\b\nc\u0007' }), ['a\\b\nc ']);
  });

  it('is cut where the standard ends it, at a whole character', () => {
    assert.deepEqual(written({ TimezoneOffsetFromUTC: '😀'.repeat(20) }), ['😀'.repeat(16)]);
  });
});

describe('A number of a data set', () => {
  const decimal = (value: number) => elementsOf({ SliceThickness: value })[0]?.value;

  it('is the decimal text of at most 16 characters that is nearest to it (PS3.5 6.2)', () => {
    assert.deepEqual(decimal(0.7), ['0.7']);
    assert.deepEqual(decimal(-0), ['0']);
    assert.deepEqual(decimal(-179.6499938964844), ['-179.64999389648']);
    assert.deepEqual(decimal(1 / 3), ['0.33333333333333']);
    assert.deepEqual(decimal(-1.23456789912345e-10), ['-1.234567899e-10']);
    assert.throws(() => decimal(Number.NaN), RangeError);
  });
});
