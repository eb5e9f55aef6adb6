import { lungWindow } from '../../volume/window.ts';

/** Window presets: level and width in HU. The lung window is the pipeline's own. */
export const windowPresets = {
  lung: { text: 'Lung', ...lungWindow },
  mediastinum: { text: 'Mediastinum', level: 40, width: 400 },
  bone: { text: 'Bone', level: 500, width: 2000 },
} as const;
export type WindowPreset = keyof typeof windowPresets;

export const planes = {
  axial: 'Axial',
  coronal: 'Coronal',
  sagittal: 'Sagittal',
  all: 'All planes',
  volume: '3D',
} as const;
export type Plane = keyof typeof planes;

/** The axis that a plane is stepped along: 0 right-left, 1 back-front, 2 feet-head. */
export const axisOf: Readonly<Record<Exclude<Plane, 'volume'>, 0 | 1 | 2>> = {
  axial: 2,
  coronal: 1,
  sagittal: 0,
  all: 2,
};

export type Overlay = 'lobes' | 'opacities';

/** How opaque overlays are at first. */
export const firstOpacity: Readonly<Record<Overlay, number>> = { lobes: 0.8, opacities: 1 };
