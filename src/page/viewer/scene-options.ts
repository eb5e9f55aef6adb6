import { type NVConfigOptions, SLICE_TYPE } from '@niivue/niivue';

/** What NiiVue draws, and what of it this page does itself. */
export const sceneOptions: Partial<NVConfigOptions> = {
  isRadiologicalConvention: true,
  // Front on the left, seen from the left side, as in the report.
  sagittalNoseLeft: true,
  dragAndDropEnabled: false,
  viewModeHotKey: '',
  clipPlaneHotKey: '',
  cycleClipPlaneHotKey: '',
  logLevel: 'error',
  backColor: [0, 0, 0, 1],
  fontColor: [0.9, 0.92, 0.94, 1],
  crosshairColor: [0.34, 0.71, 0.91, 0.7],
  crosshairWidth: 0,
  crosshairWidthUnit: 'mm',
  show3Dcrosshair: false,
  sliceType: SLICE_TYPE.AXIAL,
  // `onDraw` has them drawn.
  isOrientationTextVisible: false,
  loadingText: '',
};
