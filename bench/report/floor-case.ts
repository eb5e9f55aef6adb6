/** The floor: the pixels of the same pictures packed once by zlib at its usual level, which every PDF and PNG needs. */
import { deflateSync } from 'node:zlib';
import { measureInvolvement } from '../../src/pipeline/involvement.ts';
import { drawReportPictures } from '../../src/report/report-pictures.ts';
import { answerChildCase } from '../child-case.ts';
import { measure } from '../resource-use.ts';
import { readVolume } from '../volume-file.ts';
import { readMasks } from './report-input.ts';

await answerChildCase<{ readonly folder: string }>(async ({ folder }) => {
  const [volume, masks] = [await readVolume(folder), await readMasks(folder)];
  const facts = measureInvolvement(masks, volume.spacingMm, 0.1);
  const pictures = drawReportPictures({ volume, masks, ...facts });
  const { cpuMs } = await measure(async () => pictures.map(({ picture }) => deflateSync(picture.data)));
  const pixels = pictures.reduce((sum, { picture }) => sum + picture.width * picture.height, 0);
  return { cpuMs, pictures: pictures.length, pixels };
});
