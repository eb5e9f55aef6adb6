import type { Picture } from '../picture.ts';
import type { Body } from './body.ts';
import type { Crossings } from './crossings.ts';
import type { Side } from './frame.ts';

/** Where light comes from, as the viewer sees it: to the right, up, towards the viewer. */
const key = unit([-0.5, 0.62, 0.6]);
const halfway = unit([key[0], key[1], key[2] + 1]);
const ambient = 0.2;
const farLight = 0.42;

function unit([x, y, z]: readonly [number, number, number]): readonly [number, number, number] {
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}

export interface Depths {
  readonly near: number;
  readonly far: number;
}

export function shadeRow(
  row: Crossings,
  bodies: readonly Body[],
  side: Side,
  { near, far }: Depths,
  picture: Picture,
  y: number,
): void {
  const { width, data } = picture;
  const turn = side === 'front' ? 1 : -1;
  const path: number[] = [];
  for (let column = 0; column < width; column++) {
    let at = row.first[column] as number;
    if (at < 0) continue;
    path.length = 0;
    while (at >= 0) {
      path.push(at);
      at = row.next[at] as number;
    }
    if (side === 'back') path.reverse();
    let [r, g, b] = [0, 0, 0];
    let left = 1;
    for (const id of path) {
      const { material } = bodies[row.body[id] as number] as Body;
      let right = turn * (row.normals[3 * id] as number);
      let towards = -turn * (row.normals[3 * id + 1] as number);
      let up = row.normals[3 * id + 2] as number;
      if (towards < 0) {
        right = -right;
        towards = -towards;
        up = -up;
      }
      const grazing = 1 - towards;
      const alpha =
        (material.opacity + (material.edgeOpacity - material.opacity) * grazing * grazing) *
        (row.cover[id] as number);
      const lit = right * key[0] + up * key[1] + towards * key[2];
      const wrapped = 0.5 + 0.5 * lit;
      const shine = Math.max(0, right * halfway[0] + up * halfway[1] + towards * halfway[2]);
      const s2 = shine * shine;
      const s4 = s2 * s2;
      const s8 = s4 * s4;
      const s32 = s8 * s8 * s8 * s8;
      const gleam = 255 * material.gloss * s32;
      let far01 = ((row.depthMm[id] as number) - near) / (far - near);
      if (side === 'back') far01 = 1 - far01;
      const cue = 1 - (1 - farLight) * Math.min(1, Math.max(0, far01));
      const light = ambient + (1 - ambient) * wrapped * wrapped * 1.3;
      const own = material.glow;
      const shown = own + (1 - own) * light * cue;
      const w = left * alpha;
      r += w * (material.colour[0] * shown + gleam * cue);
      g += w * (material.colour[1] * shown + gleam * cue);
      b += w * (material.colour[2] * shown + gleam * cue);
      left *= 1 - alpha;
      if (left < 0.01) break;
    }
    const to = 3 * (y * width + (side === 'front' ? column : width - 1 - column));
    data[to] = Math.min(255, Math.round(r));
    data[to + 1] = Math.min(255, Math.round(g));
    data[to + 2] = Math.min(255, Math.round(b));
  }
}
