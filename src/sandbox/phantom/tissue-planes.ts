import { anatomyAt, emptyAnatomy, lobeLabel } from './anatomy.ts';
import { bodyPlane, type PlaneGrid } from './body-frame.ts';
import { coverage } from './geometry.ts';
import type { Scene } from './scene.ts';
import { bodyHu } from './soft-tissue.ts';
import type { TexturePlanes } from './texture-planes.ts';

/** The body in one plane, [y, x]; distances in mm. */
export interface TissuePlanes {
  /** Part of the pixel that lies inside the skin, 0 to 1. */
  readonly body: Float32Array;
  /** HU of the body as if the lungs were not there. */
  readonly hu: Float32Array;
  /** Part of the pixel that is lung, 0 to 1. */
  readonly lung: Float32Array;
  /** Index in `lobes` + 1 of the lobe that is or would be here; 0 outside the body. */
  readonly lobe: Uint8Array;
  /** Distance inwards from the chest wall. */
  readonly depth: Float32Array;
  /** Distance from the nearest fissure of the side. */
  readonly fissure: Float32Array;
  /** 0 in the middle, 1 at the back, -1 at the front of the chest. */
  readonly backwards: Float32Array;
}

/**
 * The anatomy of every pixel of an axial plane.
 *
 * @param soft width over which borders are smeared, mm: partial volume
 */
export function tissuePlanes(
  scene: Scene,
  grid: PlaneGrid,
  z: number,
  textures: TexturePlanes,
  soft: number,
): TissuePlanes {
  const { plan } = scene;
  const at = bodyPlane(scene.frame, grid, z);
  const size = at.x.length;
  const plane = () => new Float32Array(size);
  const planes: TissuePlanes = {
    body: plane(),
    hu: plane(),
    lung: plane(),
    lobe: new Uint8Array(size),
    depth: plane(),
    fissure: plane(),
    backwards: plane(),
  };
  const anatomy = emptyAnatomy();
  const noise = { muscle: 0, organs: 0 };
  for (let i = 0; i < size; i += 1) {
    const x = at.x[i] as number;
    const y = at.y[i] as number;
    const bodyZ = at.z[i] as number;
    anatomyAt(plan, x, y, bodyZ, 3 * (textures.fissures[i] as number), anatomy);
    planes.body[i] = coverage(anatomy.skin, soft);
    if (planes.body[i] === 0) {
      continue;
    }
    noise.muscle = textures.muscle[i] as number;
    noise.organs = textures.organs[i] as number;
    planes.hu[i] = bodyHu(plan, anatomy, noise, x, y, bodyZ, soft);
    planes.lung[i] = coverage(anatomy.lung, soft);
    planes.lobe[i] = lobeLabel(x, anatomy.oblique, anatomy.horizontal);
    const toOblique = Math.abs(anatomy.oblique);
    const crossesHere = x < 0 && anatomy.oblique > 0;
    planes.fissure[i] = crossesHere ? Math.min(toOblique, Math.abs(anatomy.horizontal)) : toOblique;
    planes.depth[i] = -(anatomy.cavity + 2);
    planes.backwards[i] = y / plan.cavityHalfDepth;
  }
  return planes;
}
