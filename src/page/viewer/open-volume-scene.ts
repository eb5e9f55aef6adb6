import { Niivue, type NVImage, SLICE_TYPE } from '@niivue/niivue';
import { lobeColours, opacityColour } from '../../pipeline/lobe-colours.ts';
import { lobes } from '../../pipeline/types.ts';
import { type Drawing, labelDrawer } from './drawn-labels.ts';
import { labelColormap } from './label-colormap.ts';
import { lungsAlone, mostAffected, notBelow, type Size } from './mask-arrays.ts';
import { fileAxis, openImage, upright } from './nifti-image.ts';
import {
  axisOf,
  firstOpacity,
  type Overlay,
  type Plane,
  type WindowPreset,
  windowPresets,
} from './presets.ts';
import { sceneMarks } from './scene-marks.ts';
import { sceneOptions } from './scene-options.ts';
import type { TileMarks } from './tile-marks.ts';

export interface SceneVolumes {
  readonly ct: Blob;
  readonly lobes?: Blob | undefined;
  readonly opacities?: Blob | undefined;
}

/** Where the plane that is stepped through stands. */
export interface ScenePosition {
  /** Of the planes of this volume, which is cut to the lungs: for a slider, and not the number of an image. From 1. */
  readonly slice: number;
  readonly slices: number;
  /** The coordinate of the plane in the patient's frame (LPS), as the report has it, mm; undefined in 3D. */
  readonly axis: 'x' | 'y' | 'z';
  readonly mm: number | undefined;
  /** To 4 HU, at the point. */
  readonly hu: number | undefined;
}

export interface SceneListener {
  /** The position is another. */
  readonly onMove: () => void;
  /** Something was drawn; lengths are pixels of the page. */
  readonly onDraw: (tiles: readonly TileMarks[]) => void;
}

export interface VolumeScene {
  readonly overlays: ReadonlySet<Overlay>;
  setPlane(plane: Plane): void;
  setWindow(preset: WindowPreset): void;
  /** 0 hides it. */
  setOverlay(overlay: Overlay, opacity: number): void;
  setFilled(filled: boolean): void;
  goTo(slice: number): void;
  step(slices: number): void;
  /** Turns what is seen in 3D, degrees. */
  turn(azimuth: number, elevation: number): void;
  zoom(factor: number): void;
  reset(): void;
  /** @returns whether there is any opacity */
  toMostAffected(): boolean;
  position(): ScenePosition;
  close(): void;
}

interface Mask {
  readonly image: NVImage;
  readonly labels: Uint8Array;
  readonly drawn: (drawing: Drawing) => Uint8Array;
}

const sliceTypes: Readonly<Record<Plane, SLICE_TYPE>> = {
  axial: SLICE_TYPE.AXIAL,
  coronal: SLICE_TYPE.CORONAL,
  sagittal: SLICE_TYPE.SAGITTAL,
  all: SLICE_TYPE.MULTIPLANAR,
  volume: SLICE_TYPE.RENDER,
};
/** Shares of the canvas: left, top, width, height. */
const allPlanes: Parameters<Niivue['setCustomLayout']>[0] = [
  { sliceType: SLICE_TYPE.AXIAL, position: [0, 0, 0.6, 1] },
  { sliceType: SLICE_TYPE.CORONAL, position: [0.6, 0, 0.4, 0.5] },
  { sliceType: SLICE_TYPE.SAGITTAL, position: [0.6, 0.5, 0.4, 0.5] },
];
/** In 3D: vessels and dense tissue of the lungs, HU. */
const volumeWindow = { lowest: -750, highest: 150 };
/** Of what is asked for: a lobe is seen through from its front to its back. */
const lobesInVolume = 0.3;
/** The same of what is filled, so that the image below is seen. */
const filledIn: Readonly<Record<Overlay, number>> = { lobes: 0.25, opacities: 0.6 };
/** An outline of opacities, which are what is looked for; a lobe has its neighbour's beside its own. */
const outlineMm = 1.5;
const front = { azimuth: 180, elevation: 5 };

/**
 * The volumes of an analysis in one canvas, by NiiVue (WebGL 2). In the radiological convention: the patient's right is
 * on the left.
 *
 * @throws Error where the browser has no WebGL 2, or a file is no NIfTI
 */
export async function openVolumeScene(
  canvas: HTMLCanvasElement,
  volumes: SceneVolumes,
  { onMove, onDraw }: SceneListener,
): Promise<VolumeScene> {
  const nv = new Niivue(sceneOptions);
  const drawScene = nv.drawScene.bind(nv);
  nv.drawScene = () => {
    const drawn = drawScene();
    onDraw(sceneMarks(nv, plane !== 'all'));
    return drawn;
  };
  // Images are smooth; between two labels there is no third.
  const interpolate = nv.updateInterpolation.bind(nv);
  nv.updateInterpolation = (layer, isForced) => {
    nv.opts.isNearestInterpolation = layer > 0;
    interpolate(layer, isForced);
  };
  let plane: Plane = 'axial';
  await nv.attachToCanvas(canvas, true);
  nv.addColormap('lobes', labelColormap(lobes.map((lobe) => lobeColours[lobe])));
  nv.addColormap('opacities', labelColormap([opacityColour]));

  const ct = await openImage(volumes.ct, 'ct.nii.gz', 'gray');
  const [, x = 1, y = 1, z = 1] = ct.hdr?.dims ?? [];
  const size: Size = [x, y, z];
  const voxels = (axis: 1 | 2 | 3) => Math.max(1, Math.round(outlineMm / (ct.hdr?.pixDims[axis] || 1)));
  const wide: Size = [voxels(1), voxels(2), voxels(3)];
  const masks = new Map<Overlay, Mask>();
  for (const name of ['lobes', 'opacities'] as const) {
    const blob = volumes[name];
    if (blob === undefined) continue;
    const mask = await openImage(blob, `${name}.nii.gz`, name);
    const labels = Uint8Array.from(mask.img ?? []);
    masks.set(name, {
      image: mask,
      labels,
      drawn: labelDrawer(labels, size, name === 'opacities' ? wide : undefined),
    });
    await nextTask();
  }
  const whole = ct.img as Int16Array;
  const lungs = masks.get('lobes')?.labels;
  let alone: Int16Array | undefined;
  let preset: WindowPreset = 'lung';
  let filled = false;
  const opacityOf = new Map<Overlay, number>(Object.entries(firstOpacity) as [Overlay, number][]);

  /** In 3D lobes are surfaces, and in one plane outlines; in several at once there is no one outline. */
  const drawingOf = (overlay: Overlay): Drawing => {
    if (plane === 'volume') return overlay === 'lobes' ? 'surfaces' : 'filled';
    return plane === 'all' || filled ? 'filled' : fileAxis(ct, axisOf[plane]);
  };
  const faintness = (overlay: Overlay) => {
    if (plane === 'volume') return overlay === 'lobes' ? lobesInVolume : 1;
    return plane === 'all' || filled ? filledIn[overlay] : 1;
  };
  const lobesBeside = once(() => {
    const [lobesMask, opacitiesMask] = [masks.get('lobes'), masks.get('opacities')];
    return lobesMask && opacitiesMask && notBelow(lobesMask.labels, opacitiesMask.labels);
  });
  /** What is drawn follows from plane, window and style alone. */
  const prepare = () => {
    const inVolume = plane === 'volume';
    if (inVolume && lungs !== undefined) {
      const { scl_slope: slope = 1, scl_inter: intercept = 0 } = ct.hdr ?? {};
      alone ??= lungsAlone(whole, lungs, (-1024 - intercept) / (slope || 1));
    }
    ct.img = (inVolume ? alone : undefined) ?? whole;
    const { level, width } = windowPresets[preset];
    ct.cal_min = inVolume ? volumeWindow.lowest : level - width / 2;
    ct.cal_max = inVolume ? volumeWindow.highest : level + width / 2;
    for (const [name, { image: mask, drawn }] of masks) {
      const drawing = drawingOf(name);
      // Filled opacities have the colour of the legend, and not one mixed with the lobe below.
      const isAbove = plane !== 'volume' && drawing === 'filled' && (opacityOf.get('opacities') ?? 0) > 0;
      mask.img = (name === 'lobes' && isAbove ? lobesBeside() : undefined) ?? drawn(drawing);
      mask.opacity = (opacityOf.get(name) ?? 1) * faintness(name);
    }
  };
  const draw = () => {
    prepare();
    nv.updateGLVolume();
  };
  const axis = () => axisOf[plane === 'volume' ? 'axial' : plane];
  const count = () => ct.dimsRAS?.[axis() + 1] ?? 1;
  const voxel = () => nv.frac2vox(nv.scene.crosshairPos);
  const move = (steps: number) => {
    const by = [0, 0, 0] as [number, number, number];
    by[axis()] = steps;
    nv.moveCrosshairInVox(...by);
  };

  nv.onLocationChange = onMove;
  prepare();
  // Drawn once: to add them one by one has everything drawn for each.
  nv.volumes = [ct, ...[...masks.values()].map((mask) => mask.image)];
  nv.setVolume(ct, 0);

  const scene: VolumeScene = {
    overlays: new Set(masks.keys()),
    setPlane(next) {
      plane = next;
      draw();
      nv.setCrosshairWidth(plane === 'all' ? 1 : 0);
      if (plane === 'all') nv.setCustomLayout(allPlanes);
      else nv.clearCustomLayout();
      nv.setSliceType(sliceTypes[plane]);
      onMove();
    },
    setWindow(next) {
      preset = next;
      draw();
    },
    setOverlay(overlay, opacity) {
      opacityOf.set(overlay, opacity);
      draw();
    },
    setFilled(next) {
      filled = next;
      draw();
    },
    goTo: (slice) => move(slice - 1 - (voxel()[axis()] ?? 0)),
    step: move,
    turn(azimuth, elevation) {
      nv.setRenderAzimuthElevation(nv.scene.renderAzimuth + azimuth, nv.scene.renderElevation + elevation);
    },
    zoom(factor) {
      if (plane === 'volume') {
        nv.setScale(nv.volScaleMultiplier * factor);
        return;
      }
      const [x, y, z, now] = nv.scene.pan2Dxyzmm as unknown as [number, number, number, number];
      const next = Math.min(10, Math.max(1, now * factor));
      // The place that is looked at stays where it is.
      const at = nv.frac2mm(nv.scene.crosshairPos);
      const shift = now - next;
      nv.setPan2Dxyzmm([x + shift * (at[0] ?? 0), y + shift * (at[1] ?? 0), z + shift * (at[2] ?? 0), next]);
    },
    reset() {
      nv.setPan2Dxyzmm([0, 0, 0, 1]);
      nv.setScale(1.3);
      nv.setRenderAzimuthElevation(front.azimuth, front.elevation);
    },
    toMostAffected() {
      const labels = masks.get('opacities')?.labels;
      const found = labels && mostAffected(labels, lungs, size);
      if (found === undefined) return false;
      nv.scene.crosshairPos = nv.vox2frac(upright(ct, size, found));
      nv.drawScene();
      nv.createOnLocationChange();
      return true;
    },
    position() {
      const [a = 0, b = 0, c = 0] = [...voxel()].map(Math.round);
      const mm = nv.frac2mm(nv.vox2frac([a, b, c]), 0, true);
      const [x = 0, y = 0, z = 0] = ct.mm2vox([mm[0] ?? 0, mm[1] ?? 0, mm[2] ?? 0]) as unknown as number[];
      const hu = ct.getValue(x, y, z);
      const along = axis();
      return {
        slice: ([a, b, c][along] ?? 0) + 1,
        slices: count(),
        axis: (['x', 'y', 'z'] as const)[along],
        // NIfTI is RAS.
        mm: plane === 'volume' ? undefined : (mm[along] ?? 0) * (along === 2 ? 1 : -1),
        hu: plane === 'volume' || !Number.isFinite(hu) ? undefined : Math.round(hu),
      };
    },
    close() {
      nv.cleanup();
      nv.gl.getExtension('WEBGL_lose_context')?.loseContext();
    },
  };
  scene.reset();
  return scene;
}

/** Lets the browser answer its reader in between. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
