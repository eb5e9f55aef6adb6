/** The whole pipeline beside what people would use instead: the same steps in Python. */
import { join } from 'node:path';
import { openOrthanc } from '../../test/support/orthanc/open-orthanc.ts';
import { peersMissing } from '../../test/support/orthanc/system-peers.ts';
import { writePhantomStudy } from '../../test/support/phantom-study.ts';
import { sharedData, sharedDataMissing } from '../../test/support/shared-data.ts';
import { orthancVersions } from '../ingest/orthanc-versions.ts';
import { storeSeries, unpack } from '../ingest/prepare-series.ts';
import { interleave } from '../interleave.ts';
import { about, whyMissed } from '../peer/about.ts';
import { differences, disagreements } from '../peer/agreement.ts';
import { type ComparedStudy, compareStudy } from '../peer/compare-study.ts';
import type { PeerFindings } from '../peer/contestant.ts';
import { measureContestant } from '../peer/measure-contestant.ts';
import { openLobarService } from '../peer/open-lobar-service.ts';
import { openPythonPeer, pythonPeerMissing, pythonPeerVersions } from '../peer/open-python-peer.ts';
import { agreementFigures, type ContestantName, timeFigures } from '../peer/peer-figures.ts';
import type { Suite, SuiteContext, SuiteResult } from '../suite.ts';

export const suite: Suite = {
  name: 'peer',
  title: 'Beside a pipeline in Python',
  missing: () =>
    [
      peersMissing,
      sharedDataMissing,
      pythonPeerMissing(),
      process.platform === 'linux' ? (false as const) : '/proc of Linux',
    ].filter((reason) => reason !== false),
  run,
};

/** On a busy machine the first bytes may wait for longer than the 30 s after which Orthanc gives up by itself. */
const patient = { settings: { HttpRequestTimeout: 300 } };

/** The one that is timed. */
const timed = 'lidc-0314';

interface Prepared {
  /** Below it lie DICOM files of one series. */
  readonly files: string;
  readonly transferSyntax: string;
}

async function run({ folder, rounds, note }: SuiteContext): Promise<SuiteResult> {
  note('unpacks the study and makes a phantom');
  const studies = await prepare(folder);
  const compared: Record<string, ComparedStudy> = {};
  for (const [name, study] of Object.entries(studies)) {
    note(`${name}: what both find`);
    compared[name] = await compareInOrthanc(name, study, join(folder, `masks of ${name}`));
  }
  const { files, transferSyntax } = studies[timed];
  const orthanc = await openOrthanc(patient);
  try {
    const { url, studyUid } = await storeSeries(orthanc, files, transferSyntax);
    const reference = compared[timed]?.ours;
    if (reference === undefined)
      throw new Error(`There is nothing to hold the answers for ${timed} against.`);
    const check = (findings: PeerFindings) => assertAgreement(timed, reference, findings);
    const lobar = (int8: boolean) => () =>
      measureContestant(() => openLobarService({ url, int8, folder }), studyUid, check);
    const peer = (int8: boolean) => () =>
      measureContestant(async () => openPythonPeer({ url, int8 }), studyUid, check);
    const measured = await interleave<ContestantName>(
      rounds,
      {
        'lobar fp32': lobar(false),
        'peer fp32': peer(false),
        'lobar int8': lobar(true),
        'peer int8': peer(true),
      },
      (done) => note(`round ${done}`),
    );
    return {
      figures: [...timeFigures(timed, measured), ...agreementFigures(compared)],
      versions: { ...(await orthancVersions(orthanc.port)), ...pythonPeerVersions() },
      about,
      whyMissed,
    };
  } finally {
    await orthanc.close();
  }
}

async function prepare(folder: string) {
  const [lidc, phantom] = [join(folder, 'lidc-0314'), join(folder, 'phantom')];
  await unpack(sharedData('lidc-0314', 'LIDC-IDRI-0314_CT_275dcm.tar.xz'), lidc);
  await writePhantomStudy(phantom, { slices: 100, matrix: 256, jpegLs: true });
  const implicit = '1.2.840.10008.1.2';
  return {
    [timed]: { files: lidc, transferSyntax: implicit },
    'cip-ct64': { files: sharedData('cip-ct64', 'ct-64Dicom'), transferSyntax: implicit },
    phantom: { files: phantom, transferSyntax: '1.2.840.10008.1.2.4.80' },
  } satisfies Record<string, Prepared>;
}

async function compareInOrthanc(
  name: string,
  { files, transferSyntax }: Prepared,
  folder: string,
): Promise<ComparedStudy> {
  const orthanc = await openOrthanc(patient);
  try {
    const { url, studyUid } = await storeSeries(orthanc, files, transferSyntax);
    const compared = await compareStudy({ files, url, study: studyUid, int8: false }, folder);
    throwWhereApart(name, disagreements(compared.differences));
    return compared;
  } finally {
    await orthanc.close();
  }
}

function assertAgreement(name: string, ours: PeerFindings, theirs: PeerFindings): void {
  throwWhereApart(name, disagreements(differences(ours, theirs)));
}

function throwWhereApart(name: string, apart: readonly string[]): void {
  if (apart.length > 0) throw new Error(`Both do not find the same in ${name}: ${apart.join('; ')}.`);
}
