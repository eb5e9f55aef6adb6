/** What Lobar makes of an analysis, in a real PACS. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Analysis } from '../../src/analysis/analysis.ts';
import type { ReportDocument } from '../../src/analysis/reporting/report-document.ts';
import { storeObjects } from '../../src/analysis/reporting/store-objects.ts';
import { checkConfig } from '../../src/config.ts';
import { encapsulatedPdf } from '../../src/dicom/objects/encapsulated-pdf.ts';
import { secondaryCaptures } from '../../src/dicom/objects/secondary-captures.ts';
import { packSegments } from '../../src/dicom/objects/seg/pack-segments.ts';
import { segmentationObject } from '../../src/dicom/objects/seg/segmentation-object.ts';
import { measurementReport } from '../../src/dicom/objects/sr/measurement-report.ts';
import { openPacs } from '../../src/dicomweb/open-pacs.ts';
import { openService, type Service } from '../../src/http/open-service.ts';
import { openSandboxEhr, type SandboxEhr } from '../../src/sandbox/ehr/open-sandbox-ehr.ts';
import { createLogger } from '../../src/telemetry/log.ts';
import {
  exampleFacts,
  exampleFindings,
  exampleLobes,
  exampleOpacities,
} from '../dicom/objects/support/example-facts.ts';
import { type Orthanc, openOrthanc } from '../support/orthanc/open-orthanc.ts';
import { pacsConfig } from '../support/orthanc/retrieve-volume.ts';
import { storeFolder } from '../support/orthanc/store-folder.ts';
import { peersMissing } from '../support/orthanc/system-peers.ts';
import { writePhantomStudy } from '../support/phantom-study.ts';
import { patient, patientSystem } from '../support/test-service.ts';

describe('Objects of an analysis in Orthanc', { skip: peersMissing, timeout: 600_000 }, () => {
  let orthanc: Orthanc;
  before(async () => {
    orthanc = await openOrthanc();
  });
  after(() => orthanc?.close());

  const root = () => `http://127.0.0.1:${orthanc.port}`;
  const instances = async () => (await (await fetch(`${root()}/instances`)).json()) as string[];
  const files = async (study: string) => {
    const query = { Level: 'Instance', Query: { StudyInstanceUID: study } };
    const found = await fetch(`${root()}/tools/find`, { method: 'POST', body: JSON.stringify(query) });
    const ids = (await found.json()) as string[];
    return await Promise.all(
      ids.map(async (id) => Buffer.from(await (await fetch(`${root()}/instances/${id}/file`)).arrayBuffer())),
    );
  };

  it('come out as they went in, byte by byte, and are there once however often they are stored', async () => {
    const pdf = { bytes: Buffer.from('%PDF-1.7'), title: 'AI analysis of chest CT', language: 'en' };
    const picture = { name: 'lobes', caption: 'Bars', width: 2, height: 2, data: new Uint8Array(12).fill(7) };
    const objects = [
      ['seg', segmentationObject(exampleFacts, packSegments(exampleLobes, exampleOpacities))],
      ['sr', measurementReport(exampleFacts, { findings: exampleFindings, withSegments: true })],
      ['pdf', encapsulatedPdf(exampleFacts, pdf)],
      ['pictures', ...secondaryCaptures(exampleFacts, [{ ...picture, orientation: undefined }])],
    ] as const;
    const documents = objects.map(([object, { bytes, ...dicom } = assert.fail()]): ReportDocument => {
      const text = { name: object, title: object, contentType: 'application/dicom' };
      return { kind: 'dicom', ...text, bytes, dicom: { object, ...dicom } };
    });
    const pacs = openPacs('orthanc', pacsConfig({ url: orthanc.url }), checkConfig({}).limits);
    try {
      const where = { studyUid: exampleFacts.context.studyInstanceUid, signal: AbortSignal.timeout(60_000) };
      const first = await storeObjects(pacs, documents, where);
      assert.equal((await instances()).length, 4);
      assert.deepEqual(await storeObjects(pacs, documents, where), first);
      assert.equal((await instances()).length, 4);
      const sorted = (all: readonly Uint8Array[]) =>
        all.map((bytes) => Buffer.from(bytes)).sort(Buffer.compare);
      assert.deepEqual(sorted(await files(where.studyUid)), sorted(documents.map(({ bytes }) => bytes)));
    } finally {
      await pacs.close();
    }
  });

  describe('beside the images', () => {
    let folder = '';
    let ehr: SandboxEhr;
    let service: Service;
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'lobar-orthanc-objects-'));
      ehr = await openSandboxEhr({ patients: [patient('PHANTOM-TEST-1')] });
    });
    after(async () => {
      await service?.close();
      await ehr?.close();
      await rm(folder, { recursive: true, force: true });
    });

    it('disturb no later analysis, which adds none', async () => {
      const { study } = await writePhantomStudy(folder);
      const { failed } = await storeFolder(pacsConfig({ url: orthanc.url }), folder);
      assert.deepEqual(failed, []);
      const config = checkConfig({
        http: { port: 0 },
        pacs: { orthanc: { url: orthanc.url, store: ['seg', 'sr', 'pdf', 'pictures'] } },
        ehr: { main: { url: ehr.url, patientIdentifierSystem: patientSystem } },
      });
      service = await openService(config, createLogger('silent'));
      const analyse = async () => {
        const answer = await fetch(`${service.url}/v1/analyses`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ study: study.studyInstanceUid }),
        });
        assert.equal(answer.status, 200, await answer.clone().text());
        return (await answer.json()) as Analysis;
      };
      const first = await analyse();
      const held = (await instances()).length;
      const again = await analyse();
      assert.deepEqual(again.stored, first.stored);
      assert.equal(again.series?.uid, first.series?.uid);
      assert.equal(again.published?.alreadyPublished, true);
      assert.equal((await instances()).length, held);
      assert.equal((await files(study.studyInstanceUid)).length, 60 + (first.stored?.instances.length ?? 0));
    });
  });
});
