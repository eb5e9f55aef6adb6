import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DicomObjectKind, ReportDocument } from '../../src/analysis/reporting/report-document.ts';
import { storeObjects } from '../../src/analysis/reporting/store-objects.ts';
import { failureReasonText } from '../../src/dicomweb/failure-reason.ts';
import type { StoreResult } from '../../src/dicomweb/store-result.ts';
import { LobarError } from '../../src/errors.ts';

const document = (object: DicomObjectKind, sopInstanceUid: string): ReportDocument => ({
  kind: 'dicom',
  name: `${object}.dcm`,
  title: object,
  contentType: 'application/dicom',
  bytes: Buffer.from(sopInstanceUid),
  dicom: { object, sopClassUid: '1.2.3', sopInstanceUid, seriesInstanceUid: `2.25.9${object.length}` },
});
const documents = [
  document('pictures', '2.25.4'),
  document('sr', '2.25.2'),
  document('seg', '2.25.1'),
  document('pictures', '2.25.5'),
];
const page: ReportDocument = {
  kind: 'html',
  name: 'report.html',
  title: 'Report',
  contentType: 'text/html',
  bytes: Buffer.from('<html>'),
};

/** What a PACS says of instances by their UIDs, of which the bytes are. */
function archiveThat(says: (uid: string) => number | undefined | 'nothing') {
  const requests: string[][] = [];
  return {
    name: 'main',
    requests,
    async storeInstances(_study: string | undefined, instances: readonly Uint8Array[]): Promise<StoreResult> {
      const uids = instances.map((bytes) => Buffer.from(bytes).toString());
      requests.push(uids);
      const told = uids.map((sopInstanceUid) => ({ sopInstanceUid, said: says(sopInstanceUid) }));
      return {
        stored: told.filter(({ said }) => said === undefined),
        failed: told.flatMap(({ sopInstanceUid, said }) =>
          typeof said === 'number' ? [{ sopInstanceUid, failureReason: said }] : [],
        ),
      };
    },
  };
}

const where = { studyUid: '2.25.10', signal: new AbortController().signal };

describe('Storing the objects of a report', () => {
  it('is one request for each kind, what is referred to first, and tells what is stored', async () => {
    const archive = archiveThat(() => undefined);
    const { pacs, instances } = await storeObjects(archive, [page, ...documents], where);
    assert.deepEqual(archive.requests, [['2.25.1'], ['2.25.2'], ['2.25.4', '2.25.5']]);
    assert.equal(pacs, 'main');
    assert.deepEqual(
      instances.map(({ object, sopInstanceUid }) => `${object} ${sopInstanceUid}`),
      ['seg 2.25.1', 'sr 2.25.2', 'pictures 2.25.4', 'pictures 2.25.5'],
    );
    assert.deepEqual(Object.keys(instances[0] ?? {}).sort(), [
      'object',
      'seriesInstanceUid',
      'sopClassUid',
      'sopInstanceUid',
    ]);
  });

  it('takes one that is there already for stored: Duplicate SOP Instance, 0111H', async () => {
    const { instances } = await storeObjects(
      archiveThat(() => 0x0111),
      documents,
      where,
    );
    assert.equal(instances.length, 4);
  });

  it('is refused where any instance is not stored: says which kinds and why, and no UID', async () => {
    const refuses = (uid: string) => (uid === '2.25.1' ? 0x0122 : uid === '2.25.5' ? 'nothing' : undefined);
    await assert.rejects(storeObjects(archiveThat(refuses), documents, where), (error) => {
      assert.ok(error instanceof LobarError);
      assert.equal(error.code, 'store-refused');
      assert.equal(error.status, 502);
      assert.match(
        error.message,
        /^PACS 'main' did not store what is made of the analysis: seg \(failure reason 0122H, SOP class not supported\); pictures \(it is not in the answer\)\. No new report was published\./,
      );
      assert.ok(!error.message.includes('2.25'));
      return true;
    });
  });

  it('says a failure reason in words (PS3.18 table I.2-2)', () => {
    assert.equal(failureReasonText(0xa700), 'failure reason A700H, out of resources');
    assert.equal(failureReasonText(0xa7ff), 'failure reason A7FFH, out of resources');
    assert.equal(failureReasonText(0xa901), 'failure reason A901H, data set does not match the SOP class');
    assert.equal(failureReasonText(0xc122), 'failure reason C122H, transfer syntax not supported');
    assert.equal(failureReasonText(0xc001), 'failure reason C001H, cannot understand');
    assert.equal(failureReasonText(0x0110), 'failure reason 0110H, processing failure');
    assert.equal(failureReasonText(0x1234), 'failure reason 1234H');
    assert.equal(failureReasonText(0), 'it gave no reason');
  });
});
