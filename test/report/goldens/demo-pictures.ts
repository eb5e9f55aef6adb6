import { measureInvolvement } from '../../../src/pipeline/involvement.ts';
import { drawReportPictures, type ReportPicture } from '../../../src/report/report-pictures.ts';
import { demoPhantom } from '../../../src/sandbox/phantom/demo-study-plan.ts';
import { generatePhantom } from '../../../src/sandbox/phantom/generate-phantom.ts';

/**
 * The pictures of the demo phantom, scanned half as finely, with the lobes and opacities that are truly in it: no
 * network takes part.
 */
export function demoPictures(): readonly ReportPicture[] {
  const { shape, spacingMm } = demoPhantom;
  const phantom = generatePhantom({
    ...demoPhantom,
    shape: [shape[0] / 2, shape[1] / 2, shape[2] / 2],
    spacingMm: [spacingMm[0] * 2, spacingMm[1] * 2, spacingMm[2] * 2],
  });
  const masks = {
    lobes: { data: phantom.lobes, shape: phantom.shape },
    opacities: { data: phantom.opacities, shape: phantom.shape },
  };
  const volume = {
    data: phantom.hu,
    shape: phantom.shape,
    spacingMm: phantom.spacingMm,
    originMm: phantom.originMm,
    direction: { x: [1, 0, 0], y: [0, 1, 0], z: [0, 0, 1] },
  } as const;
  const { involvement, mostAffectedSlice } = measureInvolvement(masks, volume.spacingMm, 0.1);
  const most = mostAffectedSlice === undefined ? {} : { mostAffectedSlice };
  return drawReportPictures({ volume, masks, involvement, ...most });
}
