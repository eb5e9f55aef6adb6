import type { PlaneGrid } from './body-frame.ts';
import { createRandom } from './random.ts';
import { drawSmoothNoise, type Extent, noisePlane, type SmoothNoise } from './smooth-noise.ts';

/** Size in mm of the unevenness of each tissue: its name says what it unsettles. */
const cellsMm = {
  fissures: 40,
  muscle: 14,
  organs: 35,
  parenchyma: 12,
  ventilation: 35,
  lesionBorder: 12,
  lesionFringe: 6,
} as const;

type TextureName = keyof typeof cellsMm;
export type Textures = Readonly<Record<TextureName, SmoothNoise>>;
/** The textures in one plane, [y, x], variance near 1. */
export type TexturePlanes = Readonly<Record<TextureName, Float32Array>>;

const eachTexture = <T>(make: (name: TextureName) => T): Readonly<Record<TextureName, T>> => ({
  fissures: make('fissures'),
  muscle: make('muscle'),
  organs: make('organs'),
  parenchyma: make('parenchyma'),
  ventilation: make('ventilation'),
  lesionBorder: make('lesionBorder'),
  lesionFringe: make('lesionFringe'),
});

export function drawTextures(seed: number, extent: Extent): Textures {
  return eachTexture((name) =>
    drawSmoothNoise(createRandom(seed, `texture of ${name}`), extent, cellsMm[name]),
  );
}

export function texturePlanes(textures: Textures, { xs, ys }: PlaneGrid, z: number): TexturePlanes {
  return eachTexture((name) => {
    const out = new Float32Array(xs.length * ys.length);
    noisePlane(textures[name], xs, ys, z, out);
    return out;
  });
}
