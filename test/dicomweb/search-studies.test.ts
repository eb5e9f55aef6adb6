import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { findStudyByAccession } from '../../src/analysis/find-study.ts';
import type { PacsClient } from '../../src/dicomweb/open-pacs.ts';
import { openSandboxPacs, type SandboxPacs } from '../../src/sandbox/pacs/open-sandbox-pacs.ts';
import { writeStudies } from '../support/write-studies.ts';
import { listen, never, pacsAt } from './support/pacs-at.ts';

const held: readonly (readonly [studyUid: string, accession: string])[] = [
  ['1.1', 'A-1'],
  ['1.2', 'A-10'],
  ['1.3', 'a-1'],
  ['1.4', 'B 2/ü&x=1'],
  ['1.5', 'TWICE'],
  ['1.6', 'TWICE'],
  ['1.7', ''],
];

describe('Studies of an accession number in the embedded PACS', () => {
  let folder = '';
  let sandbox: SandboxPacs;
  let pacs: PacsClient;

  before(async () => {
    folder = await writeStudies(held);
    sandbox = await openSandboxPacs({ folder });
    pacs = pacsAt(sandbox.url);
  });
  after(async () => {
    await pacs.close();
    await sandbox.close();
    await rm(folder, { recursive: true });
  });

  it('are those with exactly that number', async () => {
    assert.deepEqual(await pacs.searchStudies({ accession: 'A-1' }, never()), ['1.1']);
    assert.deepEqual(await pacs.searchStudies({ accession: ' A-10 ' }, never()), ['1.2']);
    assert.deepEqual(await pacs.searchStudies({ accession: 'B 2/ü&x=1' }, never()), ['1.4']);
    assert.deepEqual((await pacs.searchStudies({ accession: 'TWICE' }, never())).sort(), ['1.5', '1.6']);
    assert.deepEqual(await pacs.searchStudies({ accession: 'NONE' }, never()), []);
  });

  // The wildcards and the separator of values: DICOM PS3.4 C.2.2.2.4, PS3.5 6.2.
  it('are not searched by a pattern, a list, or nothing', async () => {
    for (const accession of ['*', 'A-*', 'A-?', 'A-1\\A-10', '', '   ', 'A\n1', '1'.repeat(65)]) {
      await assert.rejects(pacs.searchStudies({ accession }, never()), (error: Error & { code?: string }) => {
        assert.equal(error.code, 'request-invalid');
        assert.ok(!error.message.includes(accession.trim() || 'A-1') || accession === '*');
        return true;
      });
    }
  });

  it('must be one: none is study-not-found, several are study-ambiguous with their number', async () => {
    const { signal } = never();
    assert.equal(await findStudyByAccession(pacs, 'A-1', signal), '1.1');
    await assert.rejects(findStudyByAccession(pacs, 'NONE', signal), {
      code: 'study-not-found',
      details: {},
    });
    await assert.rejects(findStudyByAccession(pacs, 'TWICE', signal), {
      code: 'study-ambiguous',
      message: /holds 2 studies/,
    });
  });
});

describe('A PACS that lists studies', () => {
  const study = (uid: unknown, accession: unknown) => ({
    '0020000D': { vr: 'UI', Value: [uid] },
    '00080050': { vr: 'SH', Value: [accession] },
  });
  async function found(pages: readonly (readonly object[])[], accession = 'A-1') {
    const asked: string[] = [];
    const server = await listen((request, response) => {
      const page = asked.push(request.url ?? '') - 1;
      const more = page < pages.length - 1;
      response.writeHead(200, {
        'content-type': 'application/dicom+json',
        ...(more ? { warning: '299 pacs "There are additional results that can be requested"' } : {}),
      });
      response.end(JSON.stringify(pages[page] ?? []));
    });
    const pacs = pacsAt(server.url);
    try {
      return { asked, uids: await pacs.searchStudies({ accession }, never()) };
    } finally {
      await pacs.close();
      server.close();
    }
  }

  it('without regard to the query, to case or to spaces is not taken at its word', async () => {
    const listed = [study('1.1', 'A-1 '), study('1.2', 'A-10'), study('1.3', 'a-1'), study('1.4', null)];
    const { uids, asked } = await found([[...listed, { '0020000D': { vr: 'UI', Value: ['1.5'] } }]]);
    assert.deepEqual(uids, ['1.1']);
    assert.deepEqual(asked, ['/dicom-web/studies?AccessionNumber=A-1']);
  });

  it('in pages is asked for all of them', async () => {
    const { uids, asked } = await found([[study('1.1', 'A-1'), study('1.2', 'A-10')], [study('1.3', 'A-1')]]);
    assert.deepEqual(uids, ['1.1', '1.3']);
    assert.equal(asked[1], '/dicom-web/studies?AccessionNumber=A-1&offset=2');
  });

  it('is asked with slashes and colons as they are, which Orthanc 1.7 needs, and the rest escaped', async () => {
    const { asked } = await found([[]], '2026/17:3 &ü');
    assert.deepEqual(asked, ['/dicom-web/studies?AccessionNumber=2026/17:3%20%26%C3%BC']);
  });

  it('twice gives it once', async () => {
    assert.deepEqual((await found([[study('1.1', 'A-1'), study('1.1', 'A-1')]])).uids, ['1.1']);
  });

  it('with a UID that is none is pacs-response-invalid, with the text in details only', async () => {
    await assert.rejects(found([[study('../1', 'A-1')]]), (error: Error & { details?: object }) => {
      assert.equal((error as { code?: string }).code, 'pacs-response-invalid');
      assert.ok(!error.message.includes('../1'));
      assert.deepEqual(error.details, { StudyInstanceUID: '../1' });
      return true;
    });
  });
});
