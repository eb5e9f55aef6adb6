import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { datasetToJson } from '../../../src/sandbox/pacs/dicom-json.ts';
import { parseDataset, readDatasetFile } from '../../../src/sandbox/pacs/read-dataset.ts';
import { dictionaryVr } from '../../../src/sandbox/pacs/vr-dictionary.ts';
import { type DicomElement, dicomFile } from '../../support/dicom-writer.ts';
import { sharedData, sharedDataMissing } from '../../support/shared-data.ts';

const jsonOf = (...elements: DicomElement[]) => datasetToJson(parseDataset(dicomFile(elements)));

// Expected values follow PS3.18 F.2 and its example in F.4, written by hand.
describe('A dataset in the DICOM JSON model', () => {
  it('has each value in the type that its VR asks for', () => {
    const json = jsonOf(
      ['00080008', 'CS', 'ORIGINAL\\PRIMARY\\AXIAL'],
      ['00080020', 'DA', '20130409'],
      ['00080090', 'PN', '^Bob^^Dr.'],
      ['00100010', 'PN', 'Wang^XiaoDong=王^小東'],
      ['00104000', 'LT', 'one \\ two'],
      ['0020000D', 'UI', '1.2.392.200036.9116'],
      ['00201206', 'IS', '+4'],
      ['00200032', 'DS', '-201\\ -5.9e1\\-624.800049'],
      ['00209165', 'AT', [0x0020, 0x9057]],
      ['00280010', 'US', [512]],
      ['00280120', 'SS', [-2000]],
      ['00189306', 'FD', [0.625]],
    );
    assert.deepEqual(json, {
      '00080008': { vr: 'CS', Value: ['ORIGINAL', 'PRIMARY', 'AXIAL'] },
      '00080020': { vr: 'DA', Value: ['20130409'] },
      '00080090': { vr: 'PN', Value: [{ Alphabetic: '^Bob^^Dr.' }] },
      // Without a character set the bytes are read as latin1: 王 and 小東 are three bytes each in UTF-8.
      '00100010': {
        vr: 'PN',
        Value: [{ Alphabetic: 'Wang^XiaoDong', Ideographic: 'ç\u008e\u008b^å°\u008fæ\u009d±' }],
      },
      '00104000': { vr: 'LT', Value: ['one \\ two'] },
      '00189306': { vr: 'FD', Value: [0.625] },
      '0020000D': { vr: 'UI', Value: ['1.2.392.200036.9116'] },
      '00200032': { vr: 'DS', Value: [-201, -59, -624.800049] },
      '00201206': { vr: 'IS', Value: [4] },
      '00209165': { vr: 'AT', Value: ['00209057'] },
      '00280010': { vr: 'US', Value: [512] },
      '00280120': { vr: 'SS', Value: [-2000] },
    });
  });

  it('reads text by its character set and says that it is UTF-8 now, in sequences too', () => {
    const utf8 = jsonOf(
      ['00080005', 'CS', 'ISO_IR 192'],
      ['00100010', 'PN', 'Müller^Zoë'],
      ['00400275', 'SQ', [[['00400007', 'LO', 'Lunge übersicht']]]],
    );
    assert.deepEqual(utf8['00100010'], { vr: 'PN', Value: [{ Alphabetic: 'Müller^Zoë' }] });
    assert.deepEqual(utf8['00400275'], {
      vr: 'SQ',
      Value: [{ '00400007': { vr: 'LO', Value: ['Lunge übersicht'] } }],
    });
    const latin1 = jsonOf(
      ['00080005', 'CS', 'ISO_IR 100'],
      ['00100020', 'LO', 'é'], // two bytes in the file, C3 A9: two characters of latin1
    );
    assert.deepEqual(latin1['00100020'], { vr: 'LO', Value: ['Ã©'] });
    assert.deepEqual(latin1['00080005'], { vr: 'CS', Value: ['ISO_IR 192'] });
  });

  it('has no Value for an empty attribute, and null for an empty one of several values', () => {
    const json = jsonOf(['00080050', 'SH', ''], ['00080008', 'CS', 'A\\\\B'], ['00081110', 'SQ', []]);
    assert.deepEqual(json['00080050'], { vr: 'SH' });
    assert.deepEqual(json['00080008'], { vr: 'CS', Value: ['A', null, 'B'] });
    assert.deepEqual(json['00081110'], { vr: 'SQ' });
  });

  it('leaves out the file meta information and bulk data', () => {
    const json = jsonOf(
      ['00080018', 'UI', '1.2.3'],
      ['00281201', 'OW', new Uint8Array(4)],
      ['00091010', 'UN', new Uint8Array(4)],
      ['7FE00010', 'OW', new Uint8Array(8)],
    );
    assert.deepEqual(Object.keys(json), ['00080018']);
  });

  it('is the same for one image in every transfer syntax it is stored in', {
    skip: sharedDataMissing,
  }, async () => {
    const folder = sharedData('transfer-syntaxes');
    const files = (await readdir(folder)).filter((name) => name.startsWith('CTImage.dcm_'));
    assert.equal(files.length, 15);
    for (const file of files) {
      const read = await readDatasetFile(sharedData('transfer-syntaxes', file));
      assert.ok(file.includes(`_${read.transferSyntaxUid}.dcm`), file);
      const json = datasetToJson(read);
      // Read with pydicom 3 from the same files; one is implicit VR, one big endian, one deflated.
      assert.deepEqual(json['00080060'], { vr: 'CS', Value: ['CT'] }, file);
      assert.deepEqual(json['00280010'], { vr: 'US', Value: [512] }, file);
      assert.deepEqual(json['00280030'], { vr: 'DS', Value: [0.675781, 0.675781] }, file);
      const signed = json['00280103']?.Value?.[0] === 1;
      if (signed) assert.deepEqual(json['00280120'], { vr: 'SS', Value: [-32768] }, file);
    }
  });
});

describe('The dictionary of value representations', () => {
  // PS3.6 Table 6-1.
  const entries = [
    ['00080020', 'DA'],
    ['00100010', 'PN'],
    ['00181210', 'SH'],
    ['0020000D', 'UI'],
    ['00200032', 'DS'],
    ['00280010', 'US'],
    ['52009230', 'SQ'],
    ['0040A160', 'UT'],
    ['7FE00010', 'OW'],
  ] as const;
  for (const [tag, vr] of entries)
    it(`knows ${tag} as ${vr}`, () => assert.equal(dictionaryVr(tag, false), vr));

  it('lets the pixels decide between US and SS, and knows no private tag', () => {
    assert.equal(dictionaryVr('00280120', false), 'US');
    assert.equal(dictionaryVr('00280120', true), 'SS');
    assert.equal(dictionaryVr('00280010', true), 'US');
    assert.equal(dictionaryVr('00091010', false), undefined);
  });
});

describe('A file whose elements are longer than it is', () => {
  const explicit = dicomFile([['00204000', 'LT', 'abcd']]);
  const implicit = (length: number, item = 8) => {
    const head = dicomFile([], '1.2.840.10008.1.2');
    const body = Buffer.alloc(8 + 8 + 8 + 4);
    body.writeUInt32LE(0x0275_0040, 0); // (0040,0275), a sequence of one item with one element
    body.writeUInt32LE(8 + 8 + 4, 4);
    body.writeUInt32LE(0xe000_fffe, 8);
    body.writeUInt32LE(item + 4, 12);
    body.writeUInt32LE(0x0007_0040, 16);
    body.writeUInt32LE(length, 20);
    body.write('text', 24);
    return Buffer.concat([head, body]);
  };

  it('is read where they fit', () => {
    const lengths = datasetToJson(parseDataset(implicit(4)))['00400275']?.Value;
    assert.deepEqual(lengths, [{ '00400007': { vr: 'LO', Value: ['text'] } }]);
  });

  it('is none, in explicit VR, in implicit VR and inside of a sequence', () => {
    const long = Uint8Array.from(explicit);
    long[long.length - 6] = 200; // the length of the text, behind its VR
    const files = [long, explicit.subarray(0, -2), implicit(4).subarray(0, -2), implicit(5), implicit(4, 80)];
    for (const [index, file] of files.entries()) {
      assert.throws(() => parseDataset(file), { code: 'not-dicom' }, `file ${index}`);
    }
  });
});
