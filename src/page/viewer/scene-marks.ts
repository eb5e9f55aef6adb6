import { type Niivue, SLICE_TYPE } from '@niivue/niivue';
import { type Axis, planeMarks, type TileMarks, volumeMarks } from './tile-marks.ts';

/** Along the sides of a plane, and across it. */
const axesOf: Readonly<Partial<Record<SLICE_TYPE, readonly [across: Axis, up: Axis]>>> = {
  [SLICE_TYPE.AXIAL]: [0, 1],
  [SLICE_TYPE.CORONAL]: [0, 2],
  [SLICE_TYPE.SAGITTAL]: [1, 2],
};

/**
 * The marks of what NiiVue has drawn last, in pixels of the page.
 *
 * @param showsPoint - where NiiVue draws no crosshair
 */
export function sceneMarks(nv: Niivue, showsPoint: boolean): readonly TileMarks[] {
  const { canvas, screenSlices, scene } = nv;
  if (!canvas || nv.volumes.length === 0) return [];
  const scale = canvas.clientWidth / canvas.width;
  return screenSlices.map(({ leftTopWidthHeight, axCorSag, leftTopMM, fovMM }) => {
    const [left = 0, top = 0, width = 0, height = 0] = leftTopWidthHeight.map((pixels) => pixels * scale);
    const box = { left, top, width, height };
    const axes = axesOf[axCorSag];
    if (axes === undefined) {
      const { renderAzimuth, renderElevation } = scene;
      const [matrix] = nv.calculateMvpMatrix(null, leftTopWidthHeight, renderAzimuth, renderElevation);
      return volumeMarks(box, matrix ?? []);
    }
    const { mnMM, mxMM } = nv.screenFieldOfViewExtendedVox(axCorSag);
    const [across, up] = [[mnMM[0] ?? 0, mxMM[0] ?? 0] as const, [mnMM[1] ?? 0, mxMM[1] ?? 0] as const];
    const at = (axis: Axis, [least, most]: readonly [number, number]) =>
      least + (scene.crosshairPos[axis] ?? 0) * (most - least);
    const marks = planeMarks({
      box,
      axes,
      across: { from: leftTopMM[0] ?? 0, by: fovMM[0] ?? 1 },
      up: { from: leftTopMM[1] ?? 0, by: fovMM[1] ?? 1 },
      image: { across, up },
      point: [at(axes[0], across), at(axes[1], up)],
    });
    return showsPoint ? marks : { ...marks, point: undefined };
  });
}
