import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { inspectListed } from '../../src/analysis/worklist/inspect-listed.ts';
import { type Look, listWorklist } from '../../src/analysis/worklist/list-worklist.ts';
import type { WorklistQuery } from '../../src/analysis/worklist/worklist-query.ts';
import { checkConfig } from '../../src/config.ts';
import { openPacs, type PacsClient } from '../../src/dicomweb/open-pacs.ts';
import { noAuditTrail } from '../../src/fhir/audit/open-audit-trail.ts';
import { type Orthanc, openOrthanc } from '../support/orthanc/open-orthanc.ts';
import { pacsConfig } from '../support/orthanc/retrieve-volume.ts';
import { storeFolder } from '../support/orthanc/store-folder.ts';
import { peersMissing } from '../support/orthanc/system-peers.ts';
import { type PhantomStudy, writePhantomStudy } from '../support/phantom-study.ts';

describe('the worklist of Orthanc', { skip: peersMissing }, () => {
  const config = checkConfig({});
  const { signal } = new AbortController();
  const look: Look = { requestId: 'r-1', caller: {}, audit: noAuditTrail, signal };
  let orthanc: Orthanc;
  let pacs: PacsClient;
  let folder = '';
  const held: PhantomStudy[] = [];
  const listed = async (query: WorklistQuery) =>
    (await listWorklist(pacs, query, 50, look)).studies.map(({ uid }) => uid);
  const uid = (index: number) => held[index]?.study.studyInstanceUid ?? assert.fail();

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-worklist-'));
    for (const [index, [id, date, name]] of [
      ['MRN-1', '20260901', 'DOE^JANE'],
      ['MRN-1', '20260915', 'DOE^JANE'],
      ['MRN-10', '20260915', 'DOE^JOHN'],
      ['mrn-1', '20260920', 'ROE^RICHARD'],
    ].entries()) {
      const options = { patient: { id, name }, study: { date, accessionNumber: `ACC-${index}` } } as const;
      held.push(
        await writePhantomStudy(folder, {
          ...options,
          seed: index + 1,
          slices: index === 0 ? 60 : 4,
        } as object),
      );
    }
    orthanc = await openOrthanc();
    const settings = pacsConfig({ url: orthanc.url });
    const { failed } = await storeFolder(settings, folder);
    assert.deepEqual(failed, []);
    pacs = openPacs('orthanc', settings, config.limits);
  });
  after(async () => {
    await pacs?.close();
    await orthanc?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('has the studies of exactly one patient, newest first', async () => {
    const { studies, more } = await listWorklist(pacs, { patientId: 'MRN-1' }, 50, look);
    assert.deepEqual(
      studies.map(({ uid, date, patientName, modalities, series, images }) => [
        uid,
        date,
        patientName,
        modalities,
        series,
        images,
      ]),
      [
        [uid(1), '20260915', 'DOE^JANE', ['CT'], 1, 4],
        [uid(0), '20260901', 'DOE^JANE', ['CT'], 1, 60],
      ],
    );
    assert.equal(more, false);
  });

  it('has those of days and of an accession number', async () => {
    assert.deepEqual((await listed({ date: '20260915' })).toSorted(), [uid(1), uid(2)].toSorted());
    assert.deepEqual(await listed({ date: '20260916-20260930' }), [uid(3)]);
    assert.deepEqual(await listed({ accession: 'ACC-2' }), [uid(2)]);
    assert.deepEqual(await listed({ accession: 'ACC-2', patientId: 'MRN-1' }), []);
  });

  it('says which may be analysed', async () => {
    const whole = await inspectListed(pacs, uid(0), config, look);
    assert.deepEqual([whole.eligible, whole.series[0]?.chosen, whole.series[0]?.slices], [true, true, 60]);
    assert.equal((await inspectListed(pacs, uid(1), config, look)).eligible, false);
  });
});
