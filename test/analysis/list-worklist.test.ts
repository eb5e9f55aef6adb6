import assert from 'node:assert/strict';
import { it } from 'node:test';
import { listWorklist } from '../../src/analysis/worklist/list-worklist.ts';
import { noAuditTrail } from '../../src/fhir/audit/open-audit-trail.ts';

it('A long list of studies leaves turns of the event loop to others while it is read', async () => {
  const studies = Array.from({ length: 20_000 }, (_, index) => ({
    '0020000D': { vr: 'UI', Value: [`1.2.${index}`] },
    '00080020': { vr: 'DA', Value: ['20261130'] },
    '00100030': { vr: 'DA', Value: ['19500102'] },
    '00080061': { vr: 'CS', Value: ['CT', 'SR'] },
  }));
  let turns = 0;
  let next: NodeJS.Immediate | undefined;
  const takeTurn = () => {
    turns += 1;
    next = setImmediate(takeTurn);
  };
  const pacs = {
    name: 'main',
    url: 'http://pacs.example.org/dicom-web',
    listStudies: async () => {
      next = setImmediate(takeTurn);
      return studies;
    },
  };
  const look = { requestId: 'r-1', caller: {}, audit: noAuditTrail, signal: new AbortController().signal };
  const { studies: newest, more } = await listWorklist(pacs, { date: '20261130' }, 50, look);
  clearImmediate(next);
  assert.deepEqual([newest.length, more], [50, true]);
  // A turn is asked for after 5 ms of work; so much of it takes hundreds.
  assert.ok(turns > 3, `${turns} turns`);
});
