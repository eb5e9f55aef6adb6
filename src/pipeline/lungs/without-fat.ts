import { boundingBox, boxShape, crop, inWhole } from '../../volume/box.ts';
import { findComponents, meansOf } from '../../volume/components.ts';
import { nextOccupied, scanMask } from '../../volume/mask-scan.ts';
import { nearMask } from '../../volume/near-mask.ts';
import type { Shape3, SpacingMm } from '../../volume/types.ts';
import { type GridLobes, likelyLung } from './network-on-grid.ts';
import type { WorkGrid } from './work-grid.ts';

/** Nearer than this to aerated lung the HU are those of mixed blocks, and tell nothing about what is dense (mm). */
const apartMm = 8;
/** Fat (mean HU). Lung without air is as dense as blood or muscle; ground glass is darker than fat. */
const fatHu = { min: -150, max: -30 };
/** Glass and consolidation side by side may have that mean, too: the network is surer of them (mean, of 255). */
const sure = 230;

/**
 * What the network says, without the pieces apart from aerated lung that are as dense as fat and of which it is
 * not sure: they are chest wall, axilla or back, which a network that never saw such a body may take for a white
 * lung.
 */
export function withoutFat(
  { hu, shape, spacingMm }: WorkGrid,
  aerated: Uint8Array,
  network: GridLobes,
): GridLobes {
  const apart = apartFrom(aerated, shape, spacingMm, network.lung);
  // Hardly any scan has more than a few such voxels, and most have none.
  const box = boundingBox(apart, shape);
  if (box === undefined) return network;
  const pieces = findComponents(crop(apart, shape, box), boxShape(box));
  const meanLung = meansOf(pieces, crop(network.lung, shape, box));
  const isFat = meansOf(pieces, crop(hu, shape, box)).map((mean, label) =>
    mean > fatHu.min && mean < fatHu.max && (meanLung[label] as number) < sure ? 1 : 0,
  );
  const lung = network.lung.slice();
  for (let run = 0; run < pieces.numbers.length; run++) {
    if (isFat[pieces.numbers[run] as number] !== 1) continue;
    const start = pieces.runs[2 * run] as number;
    const at = inWhole(start, shape, box);
    lung.fill(0, at, at + (pieces.runs[2 * run + 1] as number) - start);
  }
  return { ...network, lung };
}

/** Where the network says lung and no aerated lung is near: asked of the few voxels that it adds. */
function apartFrom(aerated: Uint8Array, shape: Shape3, spacingMm: SpacingMm, lung: Uint8Array): Uint8Array {
  const near = nearMask(aerated, shape, spacingMm, apartMm);
  const apart = new Uint8Array(lung.length);
  const scan = scanMask(lung);
  for (let i = nextOccupied(scan, 0, lung.length); i < lung.length; i = nextOccupied(scan, i, lung.length)) {
    for (; i < lung.length && lung[i] !== 0; i++) {
      if ((lung[i] as number) >= likelyLung && aerated[i] === 0 && !near(i)) apart[i] = 1;
    }
  }
  return apart;
}
