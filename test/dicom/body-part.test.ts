import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bodyPart } from '../../src/dicom/body-part.ts';
import type { InstanceHeader } from '../../src/dicom/instance-header.ts';
import { rules } from './support/ct-file.ts';
import { sliceHeader } from './support/headers.ts';

/** One image that says nothing about its body part but what is given. */
function image(words: Partial<InstanceHeader>): InstanceHeader {
  const { bodyPartExamined: _, ...silent } = sliceHeader(0);
  return { ...silent, ...words };
}
const part = (words: Partial<InstanceHeader>) => bodyPart([image(words)], rules);

describe('the body part by the words of the tags', () => {
  it('is the chest where a word begins with one of the list', () => {
    for (const seriesDescription of ['Lunge 1.0 B70', 'CT_Chest', 'Thx Lungenembolie', 'HRCT', '1.0 PULMO']) {
      assert.equal(part({ seriesDescription }), 'chest', seriesDescription);
    }
  });

  it('is the chest where thorax stands anywhere in a word', () => {
    for (const seriesDescription of ['CTThorax', 'HRCTThorax 1.0', 'Angiothoracique']) {
      assert.equal(part({ seriesDescription }), 'chest', seriesDescription);
    }
  });

  it('is not the chest for a chest word in the middle of another', () => {
    assert.equal(part({ seriesDescription: 'CT Schaedel Gefaessdarstellung' }), 'unknown');
    for (const word of ['Darstellung', 'Behandlung', 'Abteilung', 'Gefa\u0308ßdarstellung']) {
      assert.equal(part({ seriesDescription: word }), 'unknown', word);
      assert.equal(part({ bodyPartExamined: 'HEAD', seriesDescription: word }), 'other', word);
    }
    assert.equal(part({ seriesDescription: 'CT Abdomen Darstellung Leber' }), 'other');
    assert.equal(
      part({ bodyPartExamined: 'ABDOMEN', seriesDescription: 'CT Abdomen Darstellung Leber' }),
      'other',
    );
  });

  it('is left open where chest and another part are named', () => {
    for (const seriesDescription of [
      'CT Thoracolumbar spine',
      'THORAX^ABDOMEN',
      'Chest/Abdomen/Pelvis',
      'Neck Lung 1.0',
    ]) {
      assert.equal(part({ seriesDescription }), 'unknown', seriesDescription);
      assert.equal(part({ studyDescription: seriesDescription }), 'unknown', seriesDescription);
    }
    assert.notEqual(part({ bodyPartExamined: 'CHESTABDPELVIS' }), 'other');
  });

  it('of BodyPartExamined is not overruled by a description, only put in doubt', () => {
    assert.equal(part({ bodyPartExamined: 'ABDOMEN' }), 'other');
    assert.equal(part({ bodyPartExamined: 'ABDOMEN', seriesDescription: 'Thorax 5.0' }), 'unknown');
    assert.equal(part({ bodyPartExamined: 'ABDOMEN', protocolName: 'Chest routine' }), 'unknown');
    assert.equal(part({ bodyPartExamined: 'ABDOMEN', studyDescription: 'CT Thorax/Abdomen' }), 'unknown');
    assert.equal(part({ bodyPartExamined: 'CHEST', studyDescription: 'CT Thorax/Abdomen' }), 'chest');
  });

  it('is not refused for the beginning of no word', () => {
    assert.equal(part({ seriesDescription: 'Shandong routine' }), 'unknown');
    assert.equal(part({ seriesDescription: 'Hand links' }), 'other');
  });

  it('may be named in a script that does not set words apart', () => {
    const own = { ...rules, chestWords: ['胸部'] };
    assert.equal(bodyPart([image({ seriesDescription: '平扫胸部' })], own), 'chest');
  });

  it('does not depend on which image comes first', () => {
    const [chest, head, silent] = [
      image({ bodyPartExamined: 'CHEST' }),
      image({ bodyPartExamined: 'HEAD' }),
      image({}),
    ];
    for (const [images, expected] of [
      [[chest, head], 'unknown'],
      [[chest, silent], 'unknown'],
      [[head, silent], 'other'],
      [[chest, chest], 'chest'],
    ] as const) {
      assert.equal(bodyPart(images, rules), expected);
      assert.equal(bodyPart(images.toReversed(), rules), expected);
    }
  });
});
