/** How fast and in how much memory a series comes out of a PACS and into a volume. */
import { join } from 'node:path';
import { openOrthanc } from '../../test/support/orthanc/open-orthanc.ts';
import { peersMissing } from '../../test/support/orthanc/system-peers.ts';
import { sharedData, sharedDataMissing } from '../../test/support/shared-data.ts';
import { about, whyMissed } from '../ingest/about.ts';
import { ingestFigures } from '../ingest/ingest-figures.ts';
import { measureIngest } from '../ingest/measure-ingest.ts';
import { orthancVersions } from '../ingest/orthanc-versions.ts';
import { compressToJpegLs, storeSeries, unpack } from '../ingest/prepare-series.ts';
import type { Suite, SuiteContext, SuiteResult } from '../suite.ts';

export const suite: Suite = {
  name: 'ingest',
  title: 'From the PACS to the volume',
  missing: () => [peersMissing, sharedDataMissing].filter((reason) => reason !== false),
  run,
};

async function run({ folder, rounds, note }: SuiteContext): Promise<SuiteResult> {
  note('unpacks the study and makes JPEG-LS of it');
  const [raw, jpegLs] = [join(folder, 'implicit-le'), join(folder, 'jpeg-ls')];
  await unpack(sharedData('lidc-0314', 'LIDC-IDRI-0314_CT_275dcm.tar.xz'), raw);
  await compressToJpegLs(raw, jpegLs);
  const figures: SuiteResult['figures'][number][] = [];
  let versions = {};
  const series = [
    { name: 'implicit-le', files: raw, transferSyntax: '1.2.840.10008.1.2' },
    { name: 'jpeg-ls', files: jpegLs, transferSyntax: '1.2.840.10008.1.2.4.80' },
  ];
  for (const { name, files, transferSyntax } of series) {
    // One each: both are the same instances, and Orthanc keeps one object for a SOPInstanceUID.
    const orthanc = await openOrthanc();
    try {
      versions = await orthancVersions(orthanc.port);
      const location = await storeSeries(orthanc, files, transferSyntax);
      const measured = await measureIngest(location, rounds, (done) => note(`${name}, round ${done}`));
      figures.push(...ingestFigures(name, measured));
    } finally {
      await orthanc.close();
    }
  }
  return { figures, versions, about, whyMissed };
}
