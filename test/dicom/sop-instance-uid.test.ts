import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sopInstanceUid } from '../../src/dicom/sop-instance-uid.ts';
import { dicomFile, tinyCt } from '../support/dicom-writer.ts';

const uids = { studyUid: '1.2.3', seriesUid: '1.2.3.1', sopInstanceUid: '1.2.3.1.42' };
const written = tinyCt(uids);

/** The file with another UID of the same length in one place: the first is the meta information's. */
function withUid(place: 'meta' | 'dataset', uid: string): Uint8Array {
  const bytes = Buffer.from(written);
  const first = bytes.indexOf(uids.sopInstanceUid);
  bytes.write(uid, place === 'meta' ? first : bytes.indexOf(uids.sopInstanceUid, first + 1), 'latin1');
  return bytes;
}

describe('The SOP Instance UID of an instance', () => {
  it('is the one of its dataset, by which a PACS lists it', () => {
    assert.equal(sopInstanceUid(written), uids.sopInstanceUid);
    assert.equal(sopInstanceUid(withUid('meta', '9.9.9.9.99')), uids.sopInstanceUid);
    assert.equal(sopInstanceUid(withUid('dataset', '9.9.9.9.99')), '9.9.9.9.99');
  });

  it('is read as its transfer syntax writes it', () => {
    // PS3.5 A.1 and A.3: tag and length, without a VR; tag, VR and length from the high byte.
    const uid = Buffer.from(`${uids.sopInstanceUid}\0`.slice(0, 12));
    const implicit = Buffer.from([0x08, 0, 0x18, 0, uid.length, 0, 0, 0]);
    const bigEndian = Buffer.from([0, 0x08, 0, 0x18, 0x55, 0x49, 0, uid.length]);
    const files = [
      [dicomFile([], '1.2.840.10008.1.2'), implicit, uid],
      [dicomFile([], '1.2.840.10008.1.2.2'), bigEndian, uid],
    ];
    for (const parts of files) assert.equal(sopInstanceUid(Buffer.concat(parts)), '1.2.3.1.42');
  });

  it('needs no more than the first bytes', () => {
    const large = tinyCt({ ...uids, elements: [['7FE00010', 'OW', new Uint8Array(1_000_000)]] });
    assert.equal(sopInstanceUid(large.subarray(0, 500)), uids.sopInstanceUid);
  });

  it('is the one of the file meta information where the dataset is deflated', () => {
    const deflated = dicomFile([['00080018', 'UI', uids.sopInstanceUid]], '1.2.840.10008.1.2.1.99');
    deflated.fill(0xff, deflated.lastIndexOf(0x08));
    assert.equal(sopInstanceUid(deflated), uids.sopInstanceUid);
  });

  it('is none where the bytes hold none', () => {
    for (const bytes of [new Uint8Array(0), new Uint8Array(1000), written.subarray(0, 140)]) {
      assert.equal(sopInstanceUid(bytes), undefined);
    }
    assert.equal(sopInstanceUid(dicomFile([['00080018', 'UI', '../secret']])), undefined);
  });
});
