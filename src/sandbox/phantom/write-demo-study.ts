import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { demoPhantom, demoSeriesFolders, demoSeriesHeaders, demoStudyHeader } from './demo-study-plan.ts';
import { generatePhantom } from './generate-phantom.ts';
import { axialImages, coarserVolume, localizerImages } from './phantom-images.ts';
import { openJpegLsPixels } from './pixel-encoders.ts';
import { writePhantomSeries } from './write-phantom-series.ts';

/**
 * Writes the demo study into a folder: `images/` with three series, JPEG-LS, and `truth.json` with what is
 * really in them. The same bytes every time. Gives the number of files.
 */
export async function writeDemoStudy(folder: string): Promise<number> {
  const phantom = generatePhantom(demoPhantom);
  const encode = await openJpegLsPixels();
  const thick = coarserVolume(phantom, [2, 2, 2]);
  const images = {
    localizer: localizerImages(phantom),
    chest: axialImages(phantom),
    thick: axialImages(thick),
  };
  let files = 1;
  for (const name of ['localizer', 'chest', 'thick'] as const) {
    const series = { study: demoStudyHeader, header: demoSeriesHeaders[name], images: images[name] };
    const written = await writePhantomSeries(join(folder, 'images', demoSeriesFolders[name]), series, encode);
    files += written.length;
  }
  const { patient, studyInstanceUid, accessionNumber } = demoStudyHeader;
  const { seriesInstanceUid } = demoSeriesHeaders.chest;
  const { name, id, issuer, birthDate } = patient;
  const document = {
    comment: 'Written by npm run demo:generate. A computed phantom: no patient.',
    seed: demoPhantom.seed,
    pathology: demoPhantom.pathology,
    patient: { name, id, issuer, birthDate },
    studyInstanceUid,
    seriesInstanceUid,
    accessionNumber,
    truth: phantom.truth,
  };
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'truth.json'), `${JSON.stringify(document, null, 2)}\n`);
  return files;
}
