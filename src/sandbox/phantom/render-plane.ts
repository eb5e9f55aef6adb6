import type { PlaneGrid } from './body-frame.ts';
import type { TubeSegment } from './branching-tree.ts';
import { bell } from './geometry.ts';
import { type OpacityPlanes, opacityPlanes } from './opacity-planes.ts';
import type { Scene } from './scene.ts';
import { stampTubes } from './stamp-tubes.ts';
import { tableHu } from './table.ts';
import { type TexturePlanes, texturePlanes } from './texture-planes.ts';
import { type TissuePlanes, tissuePlanes } from './tissue-planes.ts';

/** One plane of the scene as a perfect scanner would see it, [y, x]. */
export interface Plane {
  readonly hu: Float32Array;
  /** Part of the pixel that is lung, 0 to 1. */
  readonly lung: Float32Array;
  /** Index in `lobes` + 1 of the lobe that is or would be here. */
  readonly lobe: Uint8Array;
  /** Part of the pixel that is opacity, 0 to 1; counts inside the lungs only. */
  readonly opacity: Float32Array;
}

interface TubePlanes {
  readonly vessels: Float32Array;
  readonly lumen: Float32Array;
  readonly wall: Float32Array;
}

const airwayAir = -985;
const airwayWallMm = 1.1;
/** A fissure is a line of about 1 mm, fainter than a vessel. */
const fissureHu = 110;

/**
 * The scene at a height of the patient's frame, averaged over a thin layer.
 *
 * @param halfThickness half of the layer's height, mm
 */
export function renderPlane(scene: Scene, grid: PlaneGrid, z: number, halfThickness: number): Plane {
  const soft = Math.max(1, 1.1 * ((grid.xs[1] as number) - (grid.xs[0] as number)));
  const textures = texturePlanes(scene.textures, grid, z);
  const tissue = tissuePlanes(scene, grid, z, textures, soft);
  const opacities = opacityPlanes(scene.lesions, grid, z, textures, tissue);
  const tubes = tubePlanes(scene, grid, z, halfThickness, soft);
  const hu = paintHu(scene, grid, textures, tissue, opacities, tubes);
  const opacity = opacities.groundGlass.map((glass, i) => {
    const dense = opacities.consolidation[i] as number;
    // A bronchus with air in it is no opacity, unless the consolidation around it is.
    return dense > 0.5 ? 1 : Math.max(glass, dense) * (1 - (tubes.lumen[i] as number));
  });
  return { hu, lung: tissue.lung, lobe: tissue.lobe, opacity };
}

function tubePlanes(
  { trees }: Scene,
  grid: PlaneGrid,
  z: number,
  halfThickness: number,
  soft: number,
): TubePlanes {
  const stamped = (tubes: readonly TubeSegment[], wall: number) => {
    const out = new Float32Array(grid.xs.length * grid.ys.length);
    stampTubes(tubes, grid, { z, halfThickness: 0.8 * halfThickness, wall, soft }, out);
    return out;
  };
  return {
    vessels: stamped(trees.vessels, 0),
    lumen: stamped(trees.airways, 0),
    wall: stamped(trees.airways, airwayWallMm),
  };
}

/** From the table through the body and the lungs to the air in the bronchi, each over what was there. */
function paintHu(
  { plan }: Scene,
  { xs, ys }: PlaneGrid,
  textures: TexturePlanes,
  tissue: TissuePlanes,
  opacities: OpacityPlanes,
  tubes: TubePlanes,
): Float32Array {
  const out = new Float32Array(tissue.hu.length);
  for (let i = 0; i < out.length; i += 1) {
    const column = i % xs.length;
    const outside = tableHu(plan, xs[column] as number, ys[(i - column) / xs.length] as number);
    const body = tissue.body[i] as number;
    if (body === 0) {
      out[i] = outside;
      continue;
    }
    const lung = tissue.lung[i] as number;
    const dense = opacities.consolidation[i] as number;
    let hu = tissue.hu[i] as number;
    if (lung > 0) {
      const ventilation = textures.ventilation[i] as number;
      let inside = plan.hu.parenchyma + 25 * (tissue.backwards[i] as number);
      inside += 14 * (textures.parenchyma[i] as number) + 10 * ventilation;
      const glass = (opacities.groundGlass[i] as number) * (1 + 0.1 * ventilation);
      inside += glass * (plan.hu.groundGlass - plan.hu.parenchyma);
      inside = Math.min(inside + fissureHu * bell(tissue.fissure[i] as number, 1.6), 60);
      inside += (tubes.vessels[i] as number) * (plan.hu.blood - inside);
      inside += dense * (plan.hu.consolidation - inside);
      hu += lung * (inside - hu);
    }
    const wall = 0.75 * (tubes.wall[i] as number) * (1 - dense * lung);
    hu += wall * ((lung < 0.5 ? 20 : -120) - hu);
    hu += (tubes.lumen[i] as number) * (airwayAir - hu);
    out[i] = outside + body * (hu - outside);
  }
  return out;
}
