import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ObjectFacts } from '../../../src/dicom/objects/object-facts.ts';
import { imageLibrary } from '../../../src/dicom/objects/sr/image-library.ts';
import type { Dataset } from '../../../src/dicom/write/dataset.ts';
import { exampleFacts } from './support/example-facts.ts';

/** Numbers of the library by the code of their name. */
function numbersOf(facts: ObjectFacts): Readonly<Record<string, unknown>> {
  const inside = (item: Dataset): readonly Dataset[] => [
    item,
    ...(item.ContentSequence ?? []).flatMap(inside),
  ];
  return Object.fromEntries(
    inside(imageLibrary(facts))
      .filter(({ ValueType }) => ValueType === 'NUM')
      .map((item) => [
        item.ConceptNameCodeSequence?.[0]?.CodeValue,
        item.MeasuredValueSequence?.[0]?.NumericValue,
      ]),
  );
}

describe('The image library of the measurements', () => {
  // PS3.16 TID 1604: 110910 rows, 110911 columns, 111026 horizontal, 111066 vertical, 112226 between slices.
  it('has the size and the spacings of the images', () => {
    const upright = { 110910: 6, 110911: 10, 111026: 0.5, 111066: 0.75, 112226: 2.5 };
    assert.deepEqual(numbersOf(exampleFacts), upright);
  });

  it('has them as they are stored, where the volume has turned the images', () => {
    // Rows run to the back, columns to the left: 10 rows of 6 columns, 0.75 mm apart across.
    const sources = exampleFacts.sources.map((source) => ({
      ...source,
      imageOrientationPatient: { row: [0, 1, 0], column: [1, 0, 0] } as const,
    }));
    const turned = { 110910: 10, 110911: 6, 111026: 0.75, 111066: 0.5, 112226: 2.5 };
    assert.deepEqual(numbersOf({ ...exampleFacts, sources }), turned);
  });
});
