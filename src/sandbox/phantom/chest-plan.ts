import { createRandom } from './random.ts';

/**
 * The measures of one chest in mm and HU, drawn from the seed inside adult ranges. Body coordinates: x to
 * the patient's left, y to the back, z to the head; z = 0 at the rim of the diaphragm, x = y = 0 in the
 * middle of the chest.
 */
export interface ChestPlan {
  /** From the rim of the diaphragm to the apex of the lungs. */
  readonly lungHeight: number;
  readonly cavityHalfWidth: number;
  readonly cavityHalfDepth: number;
  /** Shape of the chest's cross-section, see roundedNorm. */
  readonly roundness: number;
  readonly wallThickness: number;
  readonly fatThickness: number;
  /** In-plane rotation (its sine) and the lean of the body's axis. */
  readonly turn: number;
  readonly leanX: number;
  readonly leanY: number;
  readonly warpMm: number;
  /** How far the apices lean to the back. */
  readonly apexShift: number;
  readonly spineFront: number;
  readonly vertebraPitch: number;
  readonly ribPitch: number;
  readonly ribDrop: number;
  readonly mediastinumHalfWidth: number;
  readonly heart: {
    readonly centre: readonly number[];
    readonly radii: readonly number[];
    readonly tilt: number;
  };
  readonly aorta: { readonly x: number; readonly y: number; readonly radius: number };
  readonly hilumX: number;
  readonly hilumY: number;
  readonly hilumZ: number;
  readonly carinaZ: number;
  readonly tracheaRadius: number;
  readonly domeRight: number;
  readonly domeLeft: number;
  /** Height of the oblique fissures at the front and at the back, part of lungHeight. */
  readonly fissures: {
    readonly rightFront: number;
    readonly rightBack: number;
    readonly leftFront: number;
    readonly leftBack: number;
    readonly horizontal: number;
  };
  readonly hu: {
    readonly fat: number;
    readonly muscle: number;
    readonly blood: number;
    readonly organ: number;
    readonly spongiosa: number;
    readonly cortex: number;
    readonly parenchyma: number;
    readonly groundGlass: number;
    readonly consolidation: number;
  };
}

/** The chest that belongs to a seed. */
export function drawChestPlan(seed: number): ChestPlan {
  const { uniform } = createRandom(seed, 'chest plan');
  const lungHeight = uniform(226, 242);
  const cavityHalfDepth = uniform(84, 92);
  const spineFront = cavityHalfDepth - uniform(31, 37);
  const domeRight = uniform(50, 60);
  return {
    lungHeight,
    cavityHalfWidth: uniform(124, 134),
    cavityHalfDepth,
    roundness: uniform(0.6, 0.85),
    wallThickness: uniform(13, 17),
    fatThickness: uniform(12, 18),
    turn: uniform(-0.03, 0.03),
    leanX: uniform(-0.02, 0.02),
    leanY: uniform(-0.02, 0.02),
    warpMm: uniform(2.5, 4),
    apexShift: uniform(6, 12),
    spineFront,
    vertebraPitch: uniform(23, 26),
    ribPitch: uniform(24, 28),
    ribDrop: uniform(70, 90),
    mediastinumHalfWidth: uniform(29, 35),
    heart: {
      centre: [uniform(20, 27), -0.22 * cavityHalfDepth, uniform(0.23, 0.27) * lungHeight],
      radii: [uniform(52, 60), uniform(44, 50), uniform(52, 60)],
      tilt: uniform(0.4, 0.6),
    },
    aorta: { x: uniform(18, 23), y: spineFront - uniform(15, 20), radius: uniform(11, 13) },
    hilumX: uniform(36, 40),
    hilumY: uniform(-2, 6),
    hilumZ: uniform(0.47, 0.5) * lungHeight,
    carinaZ: uniform(0.59, 0.62) * lungHeight,
    tracheaRadius: uniform(8, 9.5),
    domeRight,
    domeLeft: domeRight - uniform(6, 14),
    fissures: {
      rightFront: uniform(0.04, 0.09),
      rightBack: uniform(0.79, 0.86),
      leftFront: uniform(0.04, 0.09),
      leftBack: uniform(0.85, 0.91),
      horizontal: uniform(0.43, 0.47),
    },
    hu: {
      fat: uniform(-108, -96),
      muscle: uniform(48, 58),
      blood: uniform(36, 44),
      organ: uniform(50, 60),
      spongiosa: uniform(150, 200),
      cortex: uniform(350, 500),
      parenchyma: uniform(-850, -830),
      groundGlass: uniform(-480, -440),
      consolidation: uniform(0, 30),
    },
  };
}
