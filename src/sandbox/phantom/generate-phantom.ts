import { type Shape3, type SpacingMm, voxelCount } from '../../volume/types.ts';
import type { Pathology } from './lesions.ts';
import { planScan, scanSlice } from './scan-slice.ts';
import { createScene } from './scene.ts';
import { countTruth, type PhantomTruth } from './truth.ts';

export interface PhantomOptions {
  readonly seed: number;
  readonly shape: Shape3;
  readonly spacingMm: SpacingMm;
  readonly pathology: Pathology;
}

/** A synthetic chest CT with what is really in it; all arrays are [z, y, x] as in volume/types.ts. */
export interface Phantom {
  readonly shape: Shape3;
  readonly spacingMm: SpacingMm;
  /** Position of the centre of voxel [0, 0, 0] in the patient's frame (LPS, mm). */
  readonly originMm: readonly [x: number, y: number, z: number];
  readonly hu: Int16Array;
  /** 0 outside the lungs, else index in `lobes` + 1. */
  readonly lobes: Uint8Array;
  /** 1 where there is opacity, inside the lungs only. */
  readonly opacities: Uint8Array;
  readonly truth: PhantomTruth;
}

/**
 * A chest CT of nobody: the same bits for the same options on every platform. The patient depends on seed
 * and pathology only; shape and spacing are how it is scanned. The image is centred on the chest.
 */
export function generatePhantom({ seed, shape, spacingMm, pathology }: PhantomOptions): Phantom {
  const scene = createScene(seed, pathology);
  const scan = planScan(scene, shape, spacingMm);
  const hu = new Int16Array(voxelCount(shape));
  const lobes = new Uint8Array(voxelCount(shape));
  const opacities = new Uint8Array(voxelCount(shape));
  for (let k = 0; k < shape[0]; k += 1) {
    const slice = scanSlice(scene, scan, k);
    const from = k * slice.hu.length;
    hu.set(slice.hu, from);
    lobes.set(slice.lobes, from);
    opacities.set(slice.opacities, from);
  }
  const truth = countTruth(lobes, opacities, spacingMm);
  return { shape, spacingMm, originMm: scan.originMm, hu, lobes, opacities, truth };
}
