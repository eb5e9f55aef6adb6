import { sketchTrees } from '../../pipeline/trees/sketch-trees.ts';
import type { PipelineMasks } from '../../pipeline/types.ts';
import type { CtVolume } from '../../volume/types.ts';
import { blankPicture, type Picture } from '../picture.ts';
import type { Body } from './body.ts';
import { castBody } from './cast-body.ts';
import { newCrossings } from './crossings.ts';
import { frameBox, type PictureSize, type Side } from './frame.ts';
import { lungBodies } from './lung-bodies.ts';
import { shadeRow } from './shade-row.ts';

export function renderLungs(
  { volume, masks }: { readonly volume: CtVolume; readonly masks: PipelineMasks },
  size: PictureSize,
): Readonly<Record<Side, Picture>> {
  const pictures = {
    front: blankPicture(size.width, size.height),
    back: blankPicture(size.width, size.height),
  };
  const c0 = process.cpuUsage();
  const sketch = sketchTrees(volume, masks);
  const c1 = process.cpuUsage(c0);
  if (sketch === undefined) return pictures;
  const box = sketch.lungBox;
  const bodies: readonly Body[] = lungBodies(sketch);
  const c2 = process.cpuUsage(c0);
  const frame = frameBox(box, volume.spacingMm, size);
  const row = newCrossings(size.width);
  const casts = bodies.map(({ field }, i) => castBody(field, i, frame));
  const depths = { near: box.start[1] * volume.spacingMm[1], far: box.end[1] * volume.spacingMm[1] };
  for (let y = 0; y < size.height; y++) {
    row.first.fill(-1);
    row.count = 0;
    for (const cast of casts) cast(row, frame.top - y * frame.mmPerPixel);
    if (row.count === 0) continue;
    shadeRow(row, bodies, 'front', depths, pictures.front, y);
    shadeRow(row, bodies, 'back', depths, pictures.back, y);
  }
  const c3 = process.cpuUsage(c0);
  if (process.env['T']) console.log([c1, c2, c3].map((c) => Math.round((c.user + c.system) / 1000)));
  return pictures;
}
