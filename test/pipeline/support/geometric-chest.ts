import type {
  Network,
  PipelineHooks,
  PipelineNetworks,
  PipelineParameters,
} from '../../../src/pipeline/types.ts';
import { volumeOf } from '../../support/small-volume.ts';

/*
 * A chest of geometry: an elliptic cylinder of soft tissue with a spine, two ellipsoids of lung and, in the right
 * one (small x), a cube of 48 mm of ground glass. The three networks are functions whose answer is known by hand.
 */
export const shape = [32, 96, 96] as const;
export const spacingMm = [6, 4, 4] as const;
const mm = (z: number, y: number, x: number) => [(z - 15.5) * 6, (y - 47.5) * 4, (x - 47.5) * 4] as const;
const within = (a: number, b: number, c: number) => a * a + b * b + c * c < 1;

export function huAt(z: number, y: number, x: number): number {
  const [zMm, yMm, xMm] = mm(z, y, x);
  if (!within(yMm / 120, xMm / 170, 0)) return -1000;
  if (within((yMm - 80) / 16, xMm / 16, 0)) return 700;
  if (!within(zMm / 85, yMm / 80, (Math.abs(xMm) - 75) / 60)) return 40;
  return inCube(zMm, yMm, xMm) ? -750 : -850;
}
const inCube = (zMm: number, yMm: number, xMm: number) =>
  Math.abs(zMm) < 24 && Math.abs(yMm) < 24 && Math.abs(xMm + 75) < 24;

export const chest = volumeOf(shape, spacingMm, huAt);
export const truth = countTruth();

function countTruth() {
  const voxelMl = 0.096;
  let lungVoxels = 0;
  let cubeVoxels = 0;
  for (const hu of chest.data) {
    if (hu === -850 || hu === -750) lungVoxels++;
    if (hu === -750) cubeVoxels++;
  }
  return { lungMl: lungVoxels * voxelMl, opacityMl: cubeVoxels * voxelMl };
}

const window = { level: -500, width: 1500 };
export const parameters: PipelineParameters = {
  lungsLobes: {
    inputSize: [96, 96],
    window,
    contextMm: 10,
    sliceStepMm: 6,
    labels: ['background', 'LUL', 'LLL', 'RUL', 'RML', 'RLL'],
    batchSize: 4,
  },
  classifier: {
    inputSize: [4, 8, 8],
    window,
    labels: ['covid-19', 'other-infection', 'no-imaging-signs'],
    thresholds: { noImagingSigns: 0.45, covid19: 0.45 },
  },
  opacities: {
    inputSize: [96, 96],
    window,
    bcet: { low: 0, high: 1, mean: 110 / 255 },
    threshold: 0.5,
    batchSize: 4,
    noiseFloorMl: 0.1,
  },
};

/** Lung where the middle slice is below -100 HU: upper lobes in front, lower ones behind, the middle one between. */
const lobesByThreshold: Network = async ({ data, dims }) => {
  const [count = 0, , height = 0, width = 0] = dims;
  const size = height * width;
  const out = new Float32Array(count * 6 * size);
  for (let n = 0; n < count; n++) {
    for (let i = 0; i < size; i++) {
      const hu = (data[(n * 3 + 1) * size + i] as number) * 1500 - 1250;
      const channel = hu < -100 ? lobeChannel(Math.floor(i / width), i % width) : 0;
      out[(n * 6 + channel) * size + i] = 1;
    }
  }
  return { data: out, dims: [count, 6, height, width] };
};
function lobeChannel(y: number, x: number): number {
  if (x < 48) return y < 40 ? 3 : y < 56 ? 4 : 5;
  return y < 48 ? 1 : 2;
}

const covid: Network = async () => ({ data: new Float32Array([0.75, 0.125, 0.125]), dims: [1, 3] });

/** After BCET lung is 0.26 to 0.55 in these slices, the cube 0.80 to 0.84, soft tissue 0.99 and more (numpy). */
const opaqueByBand: Network = async ({ data, dims }) => ({
  data: data.map((value) => (value > 0.7 && value < 0.9 ? 0.9 : 0.1)),
  dims,
});

export const networks: PipelineNetworks = {
  lungsLobes: lobesByThreshold,
  classifier: covid,
  opacities: opaqueByBand,
};
export const hooks: PipelineHooks = { onProgress: () => {}, throwIfCancelled: () => {} };
