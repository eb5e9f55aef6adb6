import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { before, describe, it } from 'node:test';
import type { Picture } from '../../src/report/picture.ts';
import type { ReportPicture } from '../../src/report/report-pictures.ts';
import { differenceHash, hammingDistance, lightAndColour } from '../support/perceptual-hash.ts';
import { demoPictures } from './goldens/demo-pictures.ts';

const { PNG } = createRequire(import.meta.url)('pngjs') as typeof import('pngjs');

/** Bits of 64 in which a picture may differ from its golden and still look like it. */
const tolerated = 4;

const hashesOf = (picture: Parameters<typeof lightAndColour>[0], channels: 3 | 4) => {
  const { light, colour } = lightAndColour(picture, channels);
  return { light: differenceHash(light), colour: differenceHash(colour) };
};
const golden = (name: string) =>
  hashesOf(PNG.sync.read(readFileSync(new URL(`goldens/${name}.png`, import.meta.url))), 4);

describe('the pictures of the demo phantom', () => {
  let pictures: readonly ReportPicture[];
  before(() => {
    pictures = demoPictures();
  });

  it('look like those that were looked at: the body, and its outlines', () => {
    for (const { name, picture } of pictures) {
      const [found, expected] = [hashesOf(picture, 3), golden(name)];
      for (const kind of ['light', 'colour'] as const) {
        const distance = hammingDistance(found[kind], expected[kind]);
        assert.ok(distance <= tolerated, `${name}: ${distance} bits of ${kind}`);
      }
    }
  });

  it('are not taken for their mirror images', () => {
    for (const { name, picture } of pictures) {
      const [found, mirrored] = [hashesOf(picture, 3), hashesOf(mirror(picture), 3)];
      const [light, colour] = [
        hammingDistance(found.light, mirrored.light),
        hammingDistance(found.colour, mirrored.colour),
      ];
      // A body may be its own mirror image; what is outlined in it is not.
      assert.ok(Math.max(light, colour) > tolerated, `${name}: ${light}, ${colour}`);
    }
  });
});

function mirror({ width, height, data }: Picture): Picture {
  const mirrored = data.map((_, i) => {
    const pixel = Math.floor(i / 3);
    const x = pixel % width;
    return data[3 * (pixel - x + width - 1 - x) + (i % 3)] as number;
  });
  return { width, height, data: mirrored };
}
