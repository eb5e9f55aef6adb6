import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { checkConfig } from '../../src/config.ts';
import { readStudyFiles } from '../../src/dicom/folder-source.ts';
import { demoStudy } from '../../src/sandbox/demo-study.ts';
import { openSandboxEhr } from '../../src/sandbox/ehr/open-sandbox-ehr.ts';
import { openSandboxPacs } from '../../src/sandbox/pacs/open-sandbox-pacs.ts';
import { hapiMissing } from '../../test/support/hapi/hapi-peer.ts';
import { writePhantomStudy } from '../../test/support/phantom-study.ts';
import { type ServedLobar, serveLobar } from '../../test/support/serve-lobar.ts';
import { sharedData, sharedDataMissing } from '../../test/support/shared-data.ts';
import { unpack } from '../ingest/prepare-series.ts';
import { surroundings } from '../surroundings.ts';
import { measureQueue } from './measured-queue.ts';
import { measureReports } from './measured-reports.ts';
import { measureStudy, type StudyToMeasure } from './measured-study.ts';
import type { MeasuredStudy, ServiceTimes } from './service-times.ts';

const repeats = 3;
const reports = 7;
const patientSystem = 'https://lobar.example.org/sandbox/patient-id';

/**
 * Measures what the simulation needs, by a real `lobar serve` with the shipped networks on the CPU, a PACS and an EHR
 * beside it: some minutes.
 */
export async function measureServiceTimes(
  folder: string,
  note: (text: string) => void,
): Promise<ServiceTimes> {
  const { date, commit, machine } = surroundings({}, 0);
  const studies: MeasuredStudy[] = [];
  let startSeconds = 0;
  for (const { name, write } of cases) {
    note(`measures ${name}`);
    const own = join(folder, name.replaceAll(/\W+/g, '-'));
    await mkdir(own, { recursive: true });
    const study = { name, ...(await write(join(own, 'pacs'))) };
    const pod = await openPod(own);
    startSeconds = Math.max(startSeconds, pod.startSeconds);
    try {
      studies.push(await measureStudy(pod.service, study, repeats));
    } finally {
      await pod.close();
    }
  }
  note('publishes reports');
  const embedded = await measureReports(join(folder, 'embedded'), { hapi: false, reports });
  const hapi =
    hapiMissing === false ? [await measureReports(join(folder, 'hapi'), { hapi: true, reports })] : [];
  note('stores messages');
  const queue = await measureQueue(join(folder, 'nats'));
  return {
    date,
    commit,
    machine,
    startSeconds: Number(startSeconds.toPrecision(3)),
    studies,
    reports: [embedded, ...hapi],
    ...(queue === undefined ? {} : { queue }),
  };
}

interface Case {
  readonly name: string;
  readonly write: (folder: string) => Promise<Omit<StudyToMeasure, 'name'>>;
}

const thin = { slices: 300, matrix: 512, spacingMm: 1 };

const cases: readonly Case[] = [
  {
    name: 'demo study',
    async write(folder) {
      await cp(demoStudy.folder, folder, { recursive: true });
      return { studyInstanceUid: demoStudy.studyInstanceUid, slices: 116, matrix: 256 };
    },
  },
  { name: 'thin phantom', write: (folder) => phantom(folder, false) },
  { name: 'thin phantom, JPEG-LS', write: (folder) => phantom(folder, true) },
  ...(sharedDataMissing === false ? [{ name: 'LIDC-IDRI-0314', write: realScan }] : []),
];

async function phantom(folder: string, jpegLs: boolean) {
  const { study } = await writePhantomStudy(folder, { ...thin, jpegLs });
  return { studyInstanceUid: study.studyInstanceUid, slices: thin.slices, matrix: thin.matrix };
}

async function realScan(folder: string) {
  await unpack(sharedData('lidc-0314', 'LIDC-IDRI-0314_CT_275dcm.tar.xz'), folder);
  const [study] = await readStudyFiles([folder], checkConfig({}).limits);
  if (study === undefined) throw new Error('The archive holds no study.');
  return { studyInstanceUid: study.uid, slices: 275, matrix: 512 };
}

interface Pod {
  readonly service: ServedLobar;
  readonly startSeconds: number;
  close(): Promise<void>;
}

/** One process, as a pod of the size of this machine. */
async function openPod(folder: string): Promise<Pod> {
  const pacs = await openSandboxPacs({ folder: join(folder, 'pacs') });
  const studies = await readStudyFiles([join(folder, 'pacs')], checkConfig({}).limits);
  const ids = studies.flatMap(({ series }) =>
    series.flatMap(({ headers }) => headers.map(({ patient }) => patient.id)),
  );
  const ehr = await openSandboxEhr({
    patients: [...new Set(ids)].map((value = '') => ({
      resourceType: 'Patient',
      identifier: [{ system: patientSystem, value }],
    })),
  });
  const started = performance.now();
  const service = await serveLobar(join(folder, 'lobar.json'), {
    pacs: { main: { url: pacs.url } },
    ehr: { main: { url: ehr.url, patientIdentifierSystem: patientSystem } },
    metrics: { port: 0 },
  });
  return {
    service,
    startSeconds: (performance.now() - started) / 1000,
    async close() {
      await service.stop();
      await ehr.close();
      await pacs.close();
    },
  };
}
